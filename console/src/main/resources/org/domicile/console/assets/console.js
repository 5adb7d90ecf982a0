// What a browser with scripts has besides: charts, drawn from the tables that everybody has.
(() => {
  'use strict';
  const number = (cell) => Number(cell.dataset.value ?? cell.textContent);
  const party = (index) => {
    const colours = 6; // as the style sheet has
    const probe = document.createElement('i');
    probe.className = `party-${index % colours}`;
    return probe;
  };

  // <div class="chart" data-table="ID">: the table's first column is a time, each other one is stacked on
  // those before it.
  const draw = (place) => {
    const table = document.getElementById(place.dataset.table);
    if (!table || typeof uPlot === 'undefined') return;
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows];
    if (rows.length === 0) return;
    const data = names.map((_, column) => rows.map((row) => number(row.cells[column])));
    const stacked = data.slice(0, 1);
    for (const counts of data.slice(1)) {
      const below = stacked.length > 1 ? stacked.at(-1) : counts.map(() => 0);
      stacked.push(counts.map((count, i) => count + below[i]));
    }
    // A colour that depends on the theme is known only where it is used.
    const probes = names.slice(1).map((_, i) => party(i));
    place.replaceChildren(...probes);
    const colours = probes.map((probe) => getComputedStyle(probe).color);
    const ink = getComputedStyle(place).color;
    const width = place.clientWidth;
    place.replaceChildren();
    const bars = uPlot.paths.bars({ size: [0.7, 40] });
    const series = names.slice(1).map((label, i) => ({
      label,
      fill: colours[i],
      stroke: colours[i],
      width: 0,
      paths: bars,
      points: { show: false },
      value: (_, value, column, row) => (row === null ? '' : data[i + 1][row]),
    }));
    const axis = { stroke: ink, grid: { stroke: ink, width: 0.2 }, ticks: { show: false } };
    new uPlot(
      {
        width,
        height: 240,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
        // The tallest is drawn first, and the others before it.
        series: [{ label: names[0], value: (_, value) => (value === null ? '' : new Date(value * 1000).toISOString().slice(11, 16)) }, ...series.reverse()],
        scales: { y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.05] } },
        axes: [{ ...axis, values: [[3600, '{HH}:{mm}']] }, { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5, 1e6] }],
      },
      [stacked[0], ...stacked.slice(1).reverse()],
      place,
    );
  };
  const drawAll = () => document.querySelectorAll('.chart').forEach(draw);
  document.addEventListener('DOMContentLoaded', drawAll);
  // What renews itself leaves whoever reads it where they are, and what they unfolded as it is.
  const inLive = (selector) => [...document.querySelectorAll(`#live ${selector}`)];
  const stops = 'a, button, summary, [tabindex]';
  let unfolded = [];
  let stop = -1;
  document.addEventListener('htmx:beforeSwap', () => {
    unfolded = inLive('details').map((details) => details.open);
    stop = inLive(`:is(${stops})`).indexOf(document.activeElement);
  });
  document.addEventListener('htmx:afterSwap', () => {
    inLive('details').forEach((details, i) => { details.open = unfolded[i] ?? false; });
    inLive(`:is(${stops})`)[stop]?.focus({ preventScroll: true });
    drawAll();
  });
  window.addEventListener('resize', drawAll);

  // <div id="live" data-live="PART">: fetched again when the server says that it has changed, while it is looked at.
  const listen = (part) => {
    const events = new EventSource(`/events?part=${part}`);
    events.addEventListener(part, () => {
      const headers = { 'Domicile-Live': 'true' };
      htmx.ajax('GET', location.pathname + location.search, { target: '#live', select: '#live', swap: 'outerHTML', headers });
    });
    events.addEventListener('bye', () => location.reload());
    return events;
  };
  document.addEventListener('DOMContentLoaded', () => {
    const live = document.getElementById('live');
    if (!live || typeof htmx === 'undefined') return;
    let events = document.hidden ? null : listen(live.dataset.live);
    document.addEventListener('visibilitychange', () => {
      events?.close();
      events = document.hidden ? null : listen(live.dataset.live);
    });
  });
})();

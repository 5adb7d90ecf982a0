// What a browser with scripts has besides: charts, drawn from the tables that everybody has.
(() => {
  'use strict';
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (cell) => Number(cell.dataset.value ?? cell.textContent);

  // <div class="chart" data-table="ID">: the table's first column is a time, each other one a line.
  const draw = (place) => {
    const table = document.getElementById(place.dataset.table);
    if (!table || typeof uPlot === 'undefined') return;
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows];
    if (rows.length === 0) return;
    const data = names.map((_, column) => rows.map((row) => number(row.cells[column])));
    const colours = ['--accent', '--warn', '--bad', '--good', '--faint'].map(ink);
    place.replaceChildren();
    new uPlot(
      {
        width: Math.max(280, place.clientWidth || place.parentElement.clientWidth),
        height: 220,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
        series: names.map((label, i) => (i === 0 ? { label } : { label, stroke: colours[(i - 1) % colours.length], width: 2 })),
        axes: [{ stroke: ink('--faint') }, { stroke: ink('--faint') }],
      },
      data,
      place,
    );
  };
  const drawAll = () => document.querySelectorAll('.chart').forEach(draw);
  document.addEventListener('DOMContentLoaded', drawAll);

  // What somebody has unfolded stays so when its part of the page is replaced.
  let unfolded = [];
  document.addEventListener('htmx:beforeSwap', () => {
    unfolded = [...document.querySelectorAll('details[open][id]')].map((details) => details.id);
  });
  document.addEventListener('htmx:afterSwap', () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '');
    drawAll();
  });

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

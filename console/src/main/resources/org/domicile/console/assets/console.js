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
  document.addEventListener('htmx:afterSwap', drawAll);
})();

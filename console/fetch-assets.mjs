// Fetches the packages that package-lock.json pins, by their integrity hashes, unless the last run already
// did, and puts what the console serves of them, licenses included, among its resources. Run by the build;
// nothing of a package's own code runs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
const stamp = join(here, 'node_modules', '.fetched');
const assets = [
  ['htmx.org/dist/htmx.min.js', 'htmx.min.js'],
  ['htmx.org/LICENSE', 'htmx.LICENSE.txt'],
  ['uplot/dist/uPlot.iife.min.js', 'uPlot.iife.min.js'],
  ['uplot/dist/uPlot.min.css', 'uPlot.min.css'],
  ['uplot/LICENSE', 'uPlot.LICENSE.txt'],
].map(([from, to]) => [join(here, 'node_modules', ...from.split('/')), to]);
const areFetched = () => assets.every(([from]) => existsSync(from));

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock || !areFetched()) {
  const npm = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--cache', join(here, 'target', 'npm-cache')],
    { cwd: here, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (npm.status !== 0 || !areFetched()) {
    console.error(npm.stdout ?? '', npm.stderr ?? npm.error ?? '');
    console.error('npm could not fetch the console\'s scripts: Node 20 or newer, its npm, and a package registry are needed');
    process.exit(1);
  }
  rmSync(join(here, 'target', 'npm-cache'), { recursive: true, force: true });
  writeFileSync(stamp, lock);
}
const served = join(here, 'target', 'classes', 'org', 'domicile', 'console', 'assets');
mkdirSync(served, { recursive: true });
for (const [from, to] of assets) {
  copyFileSync(from, join(served, to));
}

// Fetches the packages that package-lock.json pins, by their integrity hashes, unless the last run
// already did. Run by the build; nothing of a package's own code runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
const stamp = join(here, 'node_modules', '.fetched');
const wasm = join(here, 'node_modules', 'libpg-query', 'wasm', 'libpg-query.wasm');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock || !existsSync(wasm)) {
  const npm = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--cache', join(here, 'target', 'npm-cache')],
    { cwd: here, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (npm.status !== 0 || !existsSync(wasm)) {
    console.error(npm.stdout ?? '', npm.stderr ?? npm.error ?? '');
    console.error('npm could not fetch the PostgreSQL grammar: Node 20 or newer, its npm, and a package registry are needed');
    process.exit(1);
  }
  rmSync(join(here, 'target', 'npm-cache'), { recursive: true, force: true });
  writeFileSync(stamp, lock);
}

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Which rooms a room may import from, itself aside. What stands in lib/ itself is open to all. */
const MAY_IMPORT: { readonly [room: string]: readonly string[] } = {
  'lib/bitrix24': [],
  'lib/portal': ['lib/bitrix24'],
  'lib/unbind': ['lib/portal', 'lib/bitrix24'],
  'lib/cleanup': ['lib/unbind', 'lib/portal', 'lib/bitrix24'],
  'lib/aws': ['lib/cleanup', 'lib/unbind', 'lib/portal', 'lib/bitrix24'],
  'lib/wiring': ['lib/aws', 'lib/cleanup', 'lib/unbind', 'lib/portal', 'lib/bitrix24'],
  functions: ['lib/wiring', 'lib/aws', 'lib/cleanup', 'lib/unbind', 'lib/portal', 'lib/bitrix24'],
  'lib/local': ['functions', 'lib/wiring', 'lib/aws', 'lib/cleanup', 'lib/unbind'],
  'lib/cli': ['lib/local', 'lib/wiring', 'lib/aws', 'lib/cleanup', 'lib/unbind', 'lib/portal', 'lib/bitrix24'],
  'lib/show': [
    'lib/cli',
    'lib/local',
    'lib/wiring',
    'lib/aws',
    'lib/cleanup',
    'lib/unbind',
    'lib/portal',
    'lib/bitrix24',
  ],
};

const root = join(import.meta.dirname, '../../..');
const files = globSync(['lib/**/*.ts', 'functions/*.ts'], { cwd: root }).map((path) => path.replaceAll('\\', '/'));
const roomOf = (path: string): string => (path.startsWith('functions/') ? 'functions' : dirname(path));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name ?? '');

const inside = (file: string): string[] =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));

describe('imports', () => {
  it.each(files)('of %s point one way', (file) => {
    const room = roomOf(file);
    const open = [room, 'lib', ...(MAY_IMPORT[room] ?? [])];

    const strangers = inside(file).filter((path) => !open.includes(roomOf(path)) && !isShow(room, path));

    expect(strangers).toEqual([]);
  });

  it.each([
    ['got', /^got$/, 'lib/bitrix24'],
    ['the AWS SDK', /^@aws-sdk\//, 'lib/aws'],
    ['the local AWS', /^(fauxqs|dynalite)$/, 'lib/local'],
  ])('of %s stay in one room', (_name, pattern, home) => {
    const users = files.filter((file) => importsOf(file).some((name) => pattern.test(name)));

    expect(users.filter((file) => roomOf(file) !== home)).toEqual([]);
  });
});

it.each([
  ['process.env', /process\.env/, 'lib/config.ts'],
  ['the machine’s time', /Date\.now\(|new Date\(\)/, 'lib/clock.ts'],
])('%s is read in one file', (_name, pattern, home) => {
  const users = files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

  expect(users).toEqual([home]);
});

/** Only the show brings its own portal along. */
const isShow = (room: string, path: string): boolean => room === 'lib/show' && path.startsWith('test/portal/');

import { describe, expect, it } from '@jest/globals';
import { importCircles } from '../../support/architecture/import-circles.ts';
import {
  filesImportedBy,
  folderInRoom,
  importsIn,
  readSource,
  roomOf,
  sourceFiles,
} from '../../support/architecture/source-tree.ts';

type Directions = { readonly [from: string]: readonly string[] };

const CORE = ['lib/installation', 'lib/jobs', 'lib/portal', 'lib/bitrix24'];

/** Which rooms a room may import from, besides itself and the files that stand in lib/ (D§9). */
const ROOMS: Directions = {
  'lib/bitrix24': [],
  'lib/portal': ['lib/bitrix24'],
  'lib/jobs': ['lib/portal', 'lib/bitrix24'],
  'lib/installation': ['lib/jobs', 'lib/portal', 'lib/bitrix24'],
  'lib/inbound': CORE,
  'lib/worker': ['lib/jobs', 'lib/portal', 'lib/bitrix24'],
  'lib/cleanup': ['lib/worker', 'lib/jobs', 'lib/portal', 'lib/bitrix24'],
  'lib/aws': ['lib/cleanup', 'lib/worker', 'lib/inbound', ...CORE],
  'lib/runtime': ['lib/aws', 'lib/cleanup', 'lib/worker', 'lib/inbound', ...CORE],
  functions: ['lib/runtime', 'lib/aws', 'lib/inbound'],
  'lib/local': ['functions', 'lib/runtime', 'lib/aws', 'lib/cleanup'],
  'lib/cli': ['lib/local', 'lib/runtime', 'lib/aws', 'lib/cleanup', 'lib/worker', ...CORE],
  'lib/simulator': [],
  'lib/demo': ['lib/simulator', 'lib/cli', 'lib/local', 'lib/cleanup', ...CORE],
};

/**
 * Which folders of its room a folder may import from. The files that stand in the room itself are open to all of its folders
 * (ports, policy); what they may import is left to the search for circles.
 */
const FOLDERS: { readonly [room: string]: Directions } = {
  'lib/bitrix24': { rest: [], crm: ['rest'], inbound: ['crm'], registration: ['inbound', 'crm', 'rest'] },
  'lib/worker': { request: [] },
  'lib/cleanup': {
    rules: [],
    runs: ['rules'],
    events: ['runs', 'rules'],
    sweep: ['events', 'runs', 'rules'],
    apply: ['events', 'runs', 'rules'],
    undo: ['events', 'runs', 'rules'],
  },
  'lib/aws': {
    dynamodb: [],
    sqs: [],
    secrets: ['dynamodb'],
    lambda: ['dynamodb', 'sqs', 'secrets'],
  },
  'lib/local': { 'lambda-host': [], 'secrets-manager': [] },
  'lib/cli': {
    terminal: [],
    shared: ['terminal'],
    follow: ['shared', 'terminal'],
    rules: ['follow', 'shared', 'terminal'],
    portal: ['rules', 'follow', 'shared', 'terminal'],
    unbind: ['rules', 'follow', 'shared', 'terminal'],
    cleanup: ['rules', 'follow', 'shared', 'terminal'],
  },
  'lib/simulator': { crm: [], server: [], oauth: ['server'], outbound: ['crm'], methods: ['outbound', 'crm'] },
};

/** Packages and globals that one room, or one file, keeps to itself. */
const HOMES: readonly (readonly [what: string, pattern: RegExp, homes: readonly string[]])[] = [
  ['got', /^got$/, ['lib/bitrix24']],
  ['the AWS SDK', /^@aws-sdk\//, ['lib/aws']],
  ['the local AWS', /^(fauxqs|dynalite)$/, ['lib/local']],
];

const files = sourceFiles('lib', 'functions');

/** Imports of a file that its room, or its folder in that room, does not allow. */
function forbiddenIn(file: string): string[] {
  const room = roomOf(file);
  const open = [room, 'lib', ...(ROOMS[room] ?? [])];
  const folder = folderInRoom(file);
  return filesImportedBy(file).filter((imported) => {
    if (!open.includes(roomOf(imported))) return true;
    if (roomOf(imported) !== room || folder === null) return false;
    const target = folderInRoom(imported);
    return target !== null && target !== folder && !FOLDERS[room]?.[folder]?.includes(target);
  });
}

describe('imports', () => {
  it.each(files)('of %s point one way', (file) => {
    expect(forbiddenIn(file)).toEqual([]);
  });

  it('of files form no circle, types included', () => {
    const graph = new Map(files.map((file) => [file, filesImportedBy(file)]));

    expect(importCircles(graph)).toEqual([]);
  });

  it.each(HOMES)('of %s stay in one room', (_what, pattern, homes) => {
    const users = files.filter((file) => importsIn(file).some((name) => pattern.test(name)));

    expect(users.filter((file) => !homes.includes(roomOf(file)))).toEqual([]);
  });

  it('of the simulator are its own, but for the clock: it is a program of its own', () => {
    const imported = files.filter((file) => roomOf(file) === 'lib/simulator').flatMap(filesImportedBy);

    expect([...new Set(imported)].filter((file) => roomOf(file) !== 'lib/simulator')).toEqual(['lib/clock.ts']);
  });

  it('of every room and folder are governed', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => room !== 'lib' && ROOMS[room] === undefined)).toEqual([]);

    const folders = files.flatMap((file) => {
      const folder = folderInRoom(file);
      return folder === null ? [] : [`${roomOf(file)}/${folder}`];
    });
    const governed = Object.entries(FOLDERS).flatMap(([room, own]) =>
      Object.keys(own).map((folder) => `${room}/${folder}`),
    );
    expect([...new Set(folders)].sort()).toEqual(governed.sort());
  });
});

/** The simulator is a program of its own, so its entry point reads the environment itself. */
it.each([
  ['process.env', /process\.env/, ['lib/config.ts', 'lib/simulator/main.ts']],
  ['the machine’s time', /Date\.now\(|new Date\(\)/, ['lib/clock.ts']],
])('%s is read in one file', (_what, pattern, homes) => {
  const users = files.filter((file) => pattern.test(readSource(file)));

  expect(users).toEqual(homes);
});

describe('the search for circles', () => {
  it('finds each once, also a file that imports itself', () => {
    const graph = new Map([
      ['a', ['b', 'e']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', ['d']],
      ['e', ['f', 'elsewhere']],
      ['f', []],
    ]);

    expect(importCircles(graph)).toEqual([['d'], ['a', 'b', 'c']]);
  });
});

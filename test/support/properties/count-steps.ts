import { Session } from 'node:inspector/promises';
import { pathToFileURL } from 'node:url';
import { readEvent } from '../../../lib/bitrix24/inbound/inbound-event.ts';
import { readRobotCall } from '../../../lib/bitrix24/inbound/inbound-robot-call.ts';
import { readForm } from '../../../lib/bitrix24/inbound/read-form.ts';
import { robotProperties } from '../../../lib/bitrix24/inbound/robot-properties.ts';
import { hostileFiles } from '../hostile/hostile-file.ts';
import {
  FORM_SHAPES,
  FORM_SIZE,
  PROPERTIES,
  PROPERTY_SHAPES,
  PROPERTY_SIZE,
  RATIO,
  type Shape,
} from './reader-shapes.ts';

/**
 * A program that counts what the readers of inbound calls do, and prints it as JSON. A step is an executed block of the
 * readers' own code (V8 counts them) or a character, item or name that a built-in function looked at for them. The same input
 * takes the same number of steps on every machine. What a regular expression does beyond looking at its text once is not
 * counted; test/faults/readers-growth.soak.ts measures it.
 *
 * A process of its own, since counting blocks would disturb a coverage run.
 */
export type Steps = { readonly small: number; readonly large: number };
export type StepCounts = {
  readonly [reader in 'form' | 'properties']: { readonly [shape: string]: Steps };
} & { readonly hostile: readonly { readonly name: string; readonly bytes: number; readonly steps: number }[] };

const READERS = pathToFileURL(`${import.meta.dirname}/../../../lib/bitrix24/`).href;
const BUILT_INS: readonly (readonly [owner: object, ...names: string[]])[] = [
  [String.prototype, 'split', 'replaceAll', 'replace', 'indexOf', 'includes', 'slice', 'trim'],
  [String.prototype, 'toUpperCase', 'toLowerCase', 'startsWith', 'endsWith', 'match', 'matchAll'],
  [
    Array.prototype,
    'slice',
    'includes',
    'indexOf',
    'concat',
    'join',
    'flatMap',
    'filter',
    'map',
    'some',
    'every',
    'flat',
  ],
  [Object, 'keys', 'values', 'entries', 'assign', 'fromEntries'],
];

let lookedAt = 0;

async function countSteps(session: Session, work: () => void): Promise<number> {
  await session.post('Profiler.takePreciseCoverage');
  lookedAt = 0;
  const restore = BUILT_INS.flatMap(([owner, ...names]) => names.map((name) => watch(owner, name)));
  work();
  for (const undo of restore) undo();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const blocks = result
    .filter(({ url }) => url.startsWith(READERS))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)));
  return blocks.reduce((sum, count) => sum + count, lookedAt);
}

/** Adds the size of what a built-in function works on, or of what it was given, to the steps. */
function watch(owner: object, name: string): () => void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') throw new Error(`there is no built-in ${name}`);
  Reflect.set(owner, name, function (this: unknown, ...given: readonly unknown[]): unknown {
    lookedAt += sizeOf(owner === Object ? given[0] : this);
    return Reflect.apply(original, this, given);
  });
  return () => void Reflect.set(owner, name, original);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  let names = 0;
  for (const _ in Object(value)) names += 1;
  return names;
}

async function stepsOf(session: Session, shapes: readonly Shape[], size: number, read: (text: string) => unknown) {
  const counted: { [shape: string]: Steps } = {};
  for (const [name, textOfSize] of shapes) {
    const steps = async (length: number): Promise<number> => {
      const text = textOfSize(length);
      return await countSteps(session, () => void read(text));
    };
    counted[name] = { small: await steps(size), large: await steps(size * RATIO) };
  }
  return counted;
}

/** Each request of the hostile corpus, read as the functions read it. */
async function stepsOfCorpus(session: Session): Promise<StepCounts['hostile']> {
  const counted = [];
  for (const { name, body, headers } of hostileFiles({ trap: 47_001, oauth: 47_002 })) {
    const read = (): void => {
      const reading = readForm(body, headers['content-type']);
      if (reading.kind === 'rejected') return;
      readEvent(reading.form);
      readRobotCall(reading.form);
    };
    counted.push({ name, bytes: body.length, steps: await countSteps(session, read) });
  }
  return counted;
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const counts: StepCounts = {
  form: await stepsOf(session, FORM_SHAPES, FORM_SIZE, (text) =>
    readForm(Buffer.from(text), 'application/x-www-form-urlencoded'),
  ),
  hostile: await stepsOfCorpus(session),
  properties: await stepsOf(session, PROPERTY_SHAPES, PROPERTY_SIZE, (text) => {
    for (const name of PROPERTIES) robotProperties({ [name]: text });
  }),
};
console.log(JSON.stringify(counts));

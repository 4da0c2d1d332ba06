import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findLeaks } from '../../support/secrets/find-leaks.ts';
import type { Report } from '../../support/secrets/run-flows.ts';

type Run = Report & { readonly code: number; readonly stdout: string; readonly stderr: string };

const root = new URL('../../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'unbind-report-'));

let run: Run;
let planted: Run;
beforeAll(async () => {
  run = await runFlows('all');
  planted = await runFlows('plant');
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function runFlows(order: 'all' | 'plant'): Promise<Run> {
  const file = join(folder, `${order}.json`);
  const child = spawn(process.execPath, ['--no-warnings', 'test/support/secrets/run-flows.ts', file, order], {
    cwd: root,
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the flows ended with ${code}: ${stderr.slice(-2000)}`);
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Report), code, stdout, stderr };
}

/** An unfinished job may hold nothing secret but the credential for its answer (D§2). */
function withoutOwedToken(record: string): string {
  const item = itemOf(record);
  if (item === null || !('eventToken' in item) || !['waiting', 'answering'].includes(String(item.phase))) return record;
  return JSON.stringify({ ...item, eventToken: 'owed' });
}

/** Null: a page of messages. */
function itemOf(record: string): { readonly [attribute: string]: unknown } | null {
  return record.startsWith('unbind-local-jobs ') ? JSON.parse(record.slice(record.indexOf('{'))) : null;
}

describe('no secret is found in', () => {
  it('what the functions and the command line write to the standard output and error', () => {
    expect(run.stdout).toContain('"message":"outcome"');
    expect(run.stdout).toContain('"CloudWatchMetrics"');
    expect(run.stdout).toContain('"message":"portal_uninstalled"');
    expect(run.stderr).toContain('"message":"function_failed"');
    expect(run.stderr).toContain('The grant was not accepted');
    expect(findLeaks(run.stdout)).toEqual([]);
    expect(findLeaks(run.stderr)).toEqual([]);
  });

  it('the answers to callers', () => {
    expect(run.answers.length).toBeGreaterThan(10);
    expect(findLeaks(run.answers.join('\n'))).toEqual([]);
  });

  it('what is thrown or returned when something fails', () => {
    expect(run.errors.length).toBeGreaterThan(30);
    expect(findLeaks(run.errors.join('\n'))).toEqual([]);
  });

  it('jobs, outcomes, intents, rows of portals and wake-ups, except for an answer that is owed', () => {
    const kinds = ['unbind-local-jobs {', 'unbind-local-outcomes {', 'unbind-local-portals {', 'unbind-local-wake-ups'];
    for (const kind of kinds) expect(run.records.some((record) => record.startsWith(kind))).toBe(true);
    expect(run.records.some((record) => record.includes('"kind":"slice:'))).toBe(true);
    expect(run.records.some((record) => record.includes('"ready"'))).toBe(true);
    expect(run.records.flatMap((record) => findLeaks(withoutOwedToken(record)))).toEqual([]);
  });
});

describe('the credential for a workflow’s answer', () => {
  const ofActivity900 = (records: readonly string[]) =>
    records.map(itemOf).filter((item) => JSON.stringify(item?.task ?? '').includes('"activities":[900]'));

  it('is in the job while the answer is owed, and nowhere after it was sent', () => {
    expect(ofActivity900(run.whileOwed)).toMatchObject([{ phase: 'waiting', eventToken: expect.any(String) }]);
    expect(ofActivity900(run.left)).toMatchObject([{ phase: 'finished' }]);
    expect(ofActivity900(run.left).some((item) => item !== null && 'eventToken' in item)).toBe(false);
  });

  it('is in no job that has ended', () => {
    const ended = run.records.map(itemOf).filter((item) => ['finished', 'failed'].includes(String(item?.phase)));

    expect(ended.length).toBeGreaterThan(5);
    expect(ended.filter((item) => item !== null && 'eventToken' in item)).toEqual([]);
  });
});

describe('a leak that is made on purpose is found in', () => {
  it.each<[string, () => string]>([
    ['the standard output', () => planted.stdout],
    ['the standard error', () => planted.stderr],
    ['answers', () => planted.answers.join('\n')],
    ['errors', () => planted.errors.join('\n')],
    ['records', () => planted.records.map(withoutOwedToken).join('\n')],
  ])('%s', (_name, searched) => {
    expect(findLeaks(searched()).length).toBeGreaterThan(0);
  });
});

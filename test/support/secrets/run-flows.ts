import { writeFileSync } from 'node:fs';
import { powertoolsLog } from '../../../lib/aws/lambda/powertools-log.ts';
import { FLOWS } from './flows.ts';
import { openSecretStage, type SecretStage } from './secret-stage.ts';
import { thrownErrors } from './thrown-errors.ts';

/**
 * A program of its own, so that its standard output and error hold everything that the product writes there. What was stored,
 * answered and thrown goes to the file named as its first argument. With `plant` it leaks on purpose.
 */
export type Report = {
  readonly answers: readonly string[];
  readonly errors: readonly string[];
  readonly records: readonly string[];
  /** What was stored while a robot's answer was owed, and what is stored at the end. */
  readonly whileOwed: readonly string[];
  readonly left: readonly string[];
};

const [, , file = 'report.json', order] = process.argv;
const stage = await openSecretStage();
try {
  writeFileSync(file, JSON.stringify(order === 'plant' ? await plant(stage) : await run(stage)));
} finally {
  await stage.close();
}

async function run(stage: SecretStage): Promise<Report> {
  for (const [name, flow] of Object.entries(FLOWS)) {
    process.stderr.write(`--- ${name}\n`);
    await flow(stage);
  }
  const whileOwed = await recordsWhileOwed(stage);
  const left = await stage.records.now();
  const errors = await thrownErrors(stage);
  return { answers: stage.answers, errors, records: stage.records.seen(), whileOwed, left };
}

/** A paused portal keeps its jobs, and with them the credential for the answer to a robot. */
async function recordsWhileOwed({ portal, records, cli, quiet }: SecretStage): Promise<string[]> {
  portal.seed({ activities: [{ id: 900, bindings: ['deal:1', 'contact:5'] }] });
  await cli(['portal', 'pause', portal.memberId]);
  await portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: ['900'] } });
  await quiet();
  const owed = await records.now();
  await cli(['portal', 'resume', portal.memberId]);
  await quiet();
  return owed;
}

/** A leak in each place that is searched. */
async function plant({ portal, stack, records, post, answers }: SecretStage): Promise<Report> {
  const { accessToken } = portal.issueGrant();
  powertoolsLog('local').error('planted', { text: `it was ${accessToken}` });
  process.stdout.write(`${Buffer.from(accessToken).toString('base64')}\n`);
  const asked = { portal: 'planted', lane: 'robot', trigger: 'robot', task: { kind: 'register' } } as const;
  await stack.stores.jobs.add({ ...asked, id: 'robot:planted', cause: accessToken }, 0);
  await post('/event', '');
  const error = Object.assign(new Error('planted'), { request: { body: accessToken } });
  const left = await records.now();
  return { answers: [...answers, accessToken], errors: [JSON.stringify(error)], records: left, whileOwed: [], left };
}

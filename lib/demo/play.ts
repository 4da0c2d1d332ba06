import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { groupAt, textAt } from '../bitrix24/inbound/form.ts';
import { readForm } from '../bitrix24/inbound/read-form.ts';
import { invocationOn } from '../cli/terminal/invocation.ts';
import { textOut } from '../cli/terminal/output.ts';
import { readFileOrStdin } from '../cli/terminal/read-file-or-stdin.ts';
import { unbind } from '../cli/unbind/unbind.ts';
import type { Scene } from './open-scene.ts';
import { portalView, type WorkflowView } from './portal-view.ts';
import { until } from './until.ts';

/** The body of a recorded robot call of Bitrix24. */
const RECORDED_CALL = new URL('../../events/robot-deal.txt', import.meta.url);

export type Played = {
  readonly workflow: WorkflowView;
  /** What the command told its user. */
  readonly remarks: readonly string[];
};

/** One trigger of each kind (D§1), one after the other, so that one can see which did what. */
export async function play(scene: Scene, tell: (line: string) => void): Promise<Played> {
  tell('robot     a workflow on deal:1 unbinds activity 999 (events/robot-deal.txt)');
  const workflow = await runRobot(scene);
  await untilQuiet(scene);

  tell('event     deal:2 is lost; rule "lost-deals" unbinds its completed activities');
  await scene.portal.act({ do: 'moveDeal', id: 2, stageId: 'LOSE' });
  await untilQuiet(scene);

  tell('schedule  the sweep finds deal:3, which was lost before the rule was enabled');
  await scene.stack.fire({ task: 'sweep', due: new Date(scene.clock.now()).toISOString() });
  await untilQuiet(scene);

  tell('command   cli unbind --element deal:1 --activity 1006 --activity 1007');
  const remarks = await runCommand(scene);
  await untilQuiet(scene);
  return { workflow, remarks };
}

/** Makes the recorded call as the running portal would: with its own tokens, and a workflow that waits for the answer. */
async function runRobot({ portal, clock }: Scene): Promise<WorkflowView> {
  const body = (await readFile(RECORDED_CALL, 'utf8')).trimEnd();
  const reading = readForm(Buffer.from(body), 'application/x-www-form-urlencoded');
  if (reading.kind === 'rejected') throw new Error(`events/robot-deal.txt cannot be read: ${reading.reason}`);
  const { form } = reading;

  const workflowId = textAt(form, 'workflow_id') ?? randomUUID();
  await portal.act({
    do: 'callRobot',
    workflowId,
    documentId: ['0', '1', '2'].map((index) => textAt(form, 'document_id', index) ?? ''),
    properties: groupAt(form, 'properties') ?? {},
    useSubscription: textAt(form, 'use_subscription') === 'Y',
  });
  const waiting = (): WorkflowView | undefined =>
    portalView(portal.state()).workflows.find(({ id }) => id === workflowId);
  await until('The workflow gets its answer', () => waiting()?.state === 'answered', clock);
  return waiting() ?? { id: workflowId, state: 'gone', returnValues: null };
}

/** Runs the command on the stores of the running stack; the demo shows its remarks later. */
async function runCommand({ portal, stack, clock, home }: Scene): Promise<string[]> {
  const remarks: string[] = [];
  const { config, stores } = stack;
  const deps = { config, stores, clock, randomId: randomUUID, user: 'demo', read: readFileOrStdin };
  const streams = { stdout: () => undefined, stderr: (text: string) => void remarks.push(text.trim()), width: 80 };

  const element = { entityTypeId: 2, entityId: 1 };
  await unbind(
    deps,
    { portal: portal.memberId, activities: [1006, 1007], element, waitMs: 15_000 },
    textOut(streams, invocationOn({ home })),
  );
  return remarks;
}

/** Waits until every event is delivered and every job finished, including those that our own changes trigger (B§5.7). */
async function untilQuiet({ portal, stack, clock }: Scene): Promise<void> {
  const isQuiet = async (): Promise<boolean> => {
    await portal.outbound().queue.settled();
    await stack.idle();
    return (await stack.stores.jobs.nextDueAt(portal.memberId)) === null;
  };
  await until('All jobs are finished', isQuiet, clock);
}

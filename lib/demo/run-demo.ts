import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Outcome } from '../jobs/outcome.ts';
import { installApp } from './install-app.ts';
import { openScene, type Scene } from './open-scene.ts';
import { play } from './play.ts';
import { portalView } from './portal-view.ts';
import { bindingTable, comparisonTable, dealTable, indented, outcomeTable, type Paint } from './tables.ts';
import { thingsToTry } from './things-to-try.ts';
import { untilStopped } from './until-stopped.ts';
import { verifyLedger } from './verify-ledger.ts';

/** Colours on a terminal only, and not if NO_COLOR says so. */
const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout });

/** Shows the whole flow of the data, and whether the records are true. Then keeps serving, unless `once`. */
export async function runDemo({ once }: { readonly once: boolean }): Promise<0 | 1> {
  const stopped = once ? null : untilStopped();
  const scene = await openScene();
  let isTrue = false;
  try {
    isTrue = await show(scene);
    if (stopped !== null) {
      console.log(`\nready ${scene.stack.url}\n${thingsToTry(scene)}`);
      await stopped;
    }
  } finally {
    await scene.close();
    if (isTrue) await scene.forget();
    else console.error(`The log of the functions: ${scene.logFile}`);
  }
  return isTrue ? 0 : 1;
}

/** True if the ledger of the portal and the outcomes agree. */
async function show(scene: Scene): Promise<boolean> {
  const { portal, stack, home } = scene;
  heading('Unbinding Bitrix24 activities, with everything on this machine');
  say(`portal     ${portal.url}  simulated, with its OAuth server`);
  say(`functions  ${stack.url}  with local SQS, DynamoDB, Secrets Manager`);
  say(`state      ${home}`);
  await installApp(scene);
  say('\nThe application is installed; its robot and its events are registered.');

  const before = portalView(portal.state());
  portal.resetLedger();
  heading('The portal');
  say(dealTable(before));
  say(`\n${bindingTable(before.activities)}`);

  heading('What happens');
  const { workflow, remarks } = await play(scene, say);

  const after = portalView(portal.state());
  const outcomes = await outcomesOf(scene);
  heading('The bindings before and after (* changed)');
  say(comparisonTable(before.activities, after.activities, outcomes, paint));
  heading('The outcomes');
  say(outcomeTable(outcomes, paint));
  for (const remark of remarks) say(`\n${wrapAnsi(`The command says: ${remark}.`, 76)}`);
  say(`\n${wrapAnsi(`The workflow was answered: ${answerOf(workflow.returnValues)}.`, 76)}\n`);
  say(wrapAnsi(requestCounts(portal.ledger.requests), 76));
  return conclusion(scene, outcomes);
}

async function outcomesOf({ portal, stack }: Scene): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of stack.stores.outcomes.list({ portal: portal.memberId })) outcomes.push(outcome);
  return outcomes;
}

function conclusion({ portal }: Scene, outcomes: readonly Outcome[]): boolean {
  const problems = verifyLedger(portal.ledger.changes, outcomes);
  heading('Are the records true?');
  const removed = portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed').length;
  if (problems.length === 0) {
    say(paint('green', `Yes: the portal removed ${removed} bindings; the records say "unbound" for just these.`));
    return removed > 0;
  }
  say(paint('red', 'No, the records and the ledger of the portal disagree:'));
  for (const problem of problems) say(problem);
  return false;
}

/** `The portal got 9 HTTP requests: 7 batch, 2 crm.activity.list.` */
function requestCounts(requests: readonly { readonly host: string; readonly method: string }[]): string {
  const toPortal = requests.filter(({ host }) => host === 'portal').map(({ method }) => method);
  const counts = [...Map.groupBy(toPortal, (method) => method)]
    .map(([method, calls]) => ({ method, count: calls.length }))
    .sort((one, other) => other.count - one.count);
  const list = counts.map(({ method, count }) => `${count} ${method}`).join(', ');
  return `The portal got ${toPortal.length} HTTP requests: ${list}.`;
}

const answerOf = (values: { readonly [name: string]: unknown } | null): string =>
  Object.entries(values ?? {})
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

function heading(text: string): void {
  console.log(`\n${paint('bold', text)}\n`);
}

function say(text: string): void {
  console.log(indented(text));
}

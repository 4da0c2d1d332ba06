import { randomBytes } from 'node:crypto';
import { type Crm, entityTypeOf } from '../crm/crm-state.ts';
import { documentName, type Ref, refOf } from '../crm/elements/entity-types.ts';
import type { Workflow } from '../crm/workflow.ts';
import { newSecret } from '../new-secret.ts';
import type { AuthSource } from './event-body.ts';
import { signEventToken } from './event-token.ts';
import type { PostQueue } from './post-queue.ts';
import { robotBody } from './robot-body.ts';

type Triple = readonly [string, string, string];

/** One run of a robot, as configured by the workflow's designer. */
export type RobotRun = {
  /** Default `unbind_activity`. */
  readonly code?: string;
  /** The element it runs on, `deal:1`; or `documentId`, which may be anything. */
  readonly element?: string;
  readonly documentId?: Triple;
  readonly documentType?: Triple;
  readonly properties?: { readonly [name: string]: unknown };
  /** Default: as registered; `Y` unless that is `N`. */
  readonly useSubscription?: boolean;
  /** Seconds; default 0: no time-out. */
  readonly timeoutDuration?: number;
  /** Whose token is sent; default: the robot's AUTH_USER_ID, else user 1. */
  readonly userId?: number;
  readonly workflowId?: string;
};

export type StartedRobot = {
  readonly workflowId: string;
  readonly eventToken: string;
  /** The handler's HTTP status; null if it did not answer. */
  readonly status: number | null;
};

/**
 * Starts a workflow at the robot's step and calls the robot's handler (B§6.2). Sent once, whatever the answer: robot calls are
 * not retried. A workflow that was told to wait does so until bizproc.event.send or its time-out.
 */
export async function callRobot(crm: Crm, queue: PostQueue, auth: AuthSource, run: RobotRun): Promise<StartedRobot> {
  const code = run.code ?? 'unbind_activity';
  const robot = crm.robots.find((one) => one.code === code);
  if (robot === undefined) throw new Error(`no robot ${code} is registered`);
  const waits = run.useSubscription ?? robot.useSubscription !== 'N';
  const workflow = newWorkflow(crm, run, code, waits);
  crm.workflows.set(workflow.id, workflow);

  const activityName = 'A51601_82584_96831_81132';
  const eventToken = signEventToken(crm.secret, { workflowId: workflow.id, activityName, eventId: workflow.eventId });
  const body = robotBody({
    workflowId: workflow.id,
    code,
    documentId: workflow.documentId,
    documentType: run.documentType ?? documentTypeOf(workflow.documentId),
    eventToken,
    properties: run.properties ?? {},
    useSubscription: waits,
    timeoutDuration: workflow.timeoutDuration,
    at: workflow.startedAt,
    auth: auth({ userId: run.userId ?? (robot.authUserId || 1), withRefresh: true }),
  });
  const { status } = await queue.post({ url: robot.handler, name: code, body });
  return { workflowId: workflow.id, eventToken, status };
}

function newWorkflow(crm: Crm, run: RobotRun, code: string, waits: boolean): Workflow {
  const { element, documentId = documentIdOf(crm, refOf(element ?? 'deal:1')), timeoutDuration = 0 } = run;
  return {
    id: run.workflowId ?? `${randomBytes(7).toString('hex')}.${String(10_000_000 + crm.workflows.size)}`,
    code,
    documentId,
    eventId: newSecret(16),
    startedAt: crm.clock.now(),
    timeoutDuration,
    state: waits ? 'waiting' : 'running',
    returnValues: null,
    logMessage: null,
    answers: 0,
  };
}

/** `['crm', 'CCrmDocumentDeal', 'DEAL_1']` (B§2.3, B§6.4) */
function documentIdOf(crm: Crm, ref: Ref): Triple {
  const document = entityTypeOf(crm, ref.entityTypeId)?.document;
  if (!document) throw new Error(`no workflows run on elements of type ${ref.entityTypeId}`);
  return ['crm', document.className, documentName(ref)];
}

/** The id without its last number: `DEAL_1` is a `DEAL`, `DYNAMIC_147_1` a `DYNAMIC_147`. */
const documentTypeOf = ([module, className, id]: Triple): Triple => [module, className, id.replace(/_\d+$/, '')];

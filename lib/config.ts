/** Everything in which a deployed stack, the local one and those of tests differ. */
export type Config = {
  readonly stage: string;
  readonly region: string;
  readonly tables: { readonly jobs: string; readonly outcomes: string; readonly portals: string };
  readonly queueUrl: string;
  /** Secrets are named `<prefix>/app`, `<prefix>/portals/<member_id>` and `<prefix>/unconfirmed/<member_id>`. */
  readonly secretPrefix: string;
  /**
   * Base URL under which Bitrix24 reaches the functions, without a slash at the end. Robot and events are registered with
   * it.
   */
  readonly publicUrl: string;
  /** Base URLs of the OAuth servers that may be called (B§4.2), without a slash at the end. */
  readonly oauthHosts: readonly string[];
  /** Local only: http endpoints on loopback may be called. */
  readonly allowHttp: boolean;
  /** For how many days finished jobs and outcomes are kept. */
  readonly keepDays: number;
  /** For how many days jobs wait for their beginning; later they are not begun any more. */
  readonly waitDays: { readonly asked: number; readonly event: number };
  /** For how many days a deleted grant can be restored: 7 to 30, as Secrets Manager allows. */
  readonly recoveryDays: number;
  /** Local only: where the local AWS listens; null means AWS itself. */
  readonly localAws: LocalAws | null;
};

export type LocalAws = { readonly dynamodb: string; readonly sqs: string; readonly secretsManager: string };

type Environment = { readonly [name: string]: string | undefined };

/** The two hosts that tokens may be sent to (B§4.2). */
const OAUTH_HOSTS = ['https://oauth.bitrix24.tech', 'https://oauth.bitrix.info'];

/** As in `serverless.yml`: a long weekend for what somebody asked for, a week for events. */
const DEFAULT_WAIT_DAYS = { asked: 3, event: 7 };

/** As in `serverless.yml`: a quarter of a year to look back, and the shortest time that Secrets Manager has. */
const DEFAULT_KEEP_DAYS = 90;
const DEFAULT_RECOVERY_DAYS = 7;

/** The names of a stage's resources, as in `serverless.yml`. The local AWS is the stage `local`. */
export const namesOf = (stage: string) => ({
  tables: { jobs: `unbind-${stage}-jobs`, outcomes: `unbind-${stage}-outcomes`, portals: `unbind-${stage}-portals` },
  wakeUpQueue: `unbind-${stage}-wake-ups`,
  deadLetterQueue: `unbind-${stage}-wake-ups-dead`,
  secretPrefix: `unbind/${stage}`,
});

/** The configuration of a deployed function, from the environment variables that `serverless.yml` sets. */
export function configFromEnvironment(env: Environment = process.env): Config {
  for (const name of ['UNBIND_OAUTH_HOSTS', 'UNBIND_ALLOW_HTTP']) {
    if (env[name] !== undefined) throw new Error(`${name} is for the local run only; remove it from the function`);
  }
  return {
    stage: required(env, 'UNBIND_STAGE'),
    region: required(env, 'AWS_REGION'),
    tables: {
      jobs: required(env, 'UNBIND_JOBS_TABLE'),
      outcomes: required(env, 'UNBIND_OUTCOMES_TABLE'),
      portals: required(env, 'UNBIND_PORTALS_TABLE'),
    },
    queueUrl: urlIn(env, 'UNBIND_WAKE_UPS_URL'),
    secretPrefix: required(env, 'UNBIND_SECRET_PREFIX'),
    publicUrl: urlIn(env, 'UNBIND_PUBLIC_URL'),
    oauthHosts: OAUTH_HOSTS,
    allowHttp: false,
    keepDays: daysIn(env, 'UNBIND_KEEP_DAYS', DEFAULT_KEEP_DAYS),
    waitDays: waitDaysIn(env),
    recoveryDays: recoveryDaysIn(env),
    localAws: null,
  };
}

/** What the command line must know of a deployed stage; all other names follow from it. */
export type DeployedStage = { readonly stage: string; readonly region: string; readonly queueUrl: string };

export function deployedConfig({ stage, region, queueUrl }: DeployedStage, env: Environment = process.env): Config {
  const { tables, secretPrefix } = namesOf(stage);
  return {
    stage,
    region,
    tables,
    queueUrl,
    secretPrefix,
    publicUrl: env.UNBIND_PUBLIC_URL === undefined ? '' : urlIn(env, 'UNBIND_PUBLIC_URL'),
    oauthHosts: OAUTH_HOSTS,
    allowHttp: false,
    keepDays: daysIn(env, 'UNBIND_KEEP_DAYS', DEFAULT_KEEP_DAYS),
    waitDays: waitDaysIn(env),
    recoveryDays: recoveryDaysIn(env),
    localAws: null,
  };
}

/** Any region would do, but always the same one: fauxqs keeps queues by region. */
export const LOCAL_REGION = 'eu-central-1';

/** Where a running local stack listens, as read from its address file. */
export type LocalStack = { readonly localAws: LocalAws; readonly queueUrl: string; readonly publicUrl: string };

export function localConfig(stack: LocalStack, env: Environment = process.env): Config {
  const { tables, secretPrefix } = namesOf('local');
  return {
    stage: 'local',
    region: LOCAL_REGION,
    tables,
    queueUrl: stack.queueUrl,
    secretPrefix,
    publicUrl: stack.publicUrl,
    oauthHosts: oauthHostsIn(env),
    allowHttp: allowHttpIn(env),
    keepDays: daysIn(env, 'UNBIND_KEEP_DAYS', DEFAULT_KEEP_DAYS),
    waitDays: waitDaysIn(env),
    recoveryDays: recoveryDaysIn(env),
    localAws: stack.localAws,
  };
}

/** The folder of the local state, and the port of the local host (0: any free one). */
export function localSettings(env: Environment = process.env): { readonly home: string; readonly port: number } {
  const port = Number(env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('PORT must be a number from 0 to 65535');
  return { home: env.UNBIND_HOME || '.unbind', port };
}

/** Whether this process is a Lambda function: AWS sets the variable. */
export const inLambda = (env: Environment = process.env): boolean => env.AWS_LAMBDA_FUNCTION_NAME !== undefined;

/** The region that AWS tools use in this environment; null when none is set. */
export const regionFromEnvironment = (env: Environment = process.env): string | null =>
  env.AWS_REGION || env.AWS_DEFAULT_REGION || null;

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

function urlIn(env: Environment, name: string): string {
  const value = required(env, name);
  if (!URL.canParse(value)) throw new Error(`${name} must be a URL`);
  return value.replace(/\/+$/, '');
}

const waitDaysIn = (env: Environment): Config['waitDays'] => ({
  asked: daysIn(env, 'UNBIND_WAIT_DAYS', DEFAULT_WAIT_DAYS.asked),
  event: daysIn(env, 'UNBIND_EVENT_WAIT_DAYS', DEFAULT_WAIT_DAYS.event),
});

function daysIn(env: Environment, name: string, usual: number): number {
  const days = Number(env[name] ?? usual);
  if (!Number.isInteger(days) || days < 1) throw new Error(`${name} must be a whole number of days, at least 1`);
  return days;
}

function recoveryDaysIn(env: Environment): number {
  const days = Number(env.UNBIND_RECOVERY_DAYS ?? DEFAULT_RECOVERY_DAYS);
  if (!Number.isInteger(days) || days < 7 || days > 30)
    throw new Error('UNBIND_RECOVERY_DAYS must be a whole number of days from 7 to 30');
  return days;
}

function oauthHostsIn(env: Environment): readonly string[] {
  const text = env.UNBIND_OAUTH_HOSTS;
  if (text === undefined || text === '') return OAUTH_HOSTS;
  return text.split(',').map((host) => urlIn({ UNBIND_OAUTH_HOSTS: host.trim() }, 'UNBIND_OAUTH_HOSTS'));
}

function allowHttpIn(env: Environment): boolean {
  const value = env.UNBIND_ALLOW_HTTP ?? '0';
  if (!['0', '1', ''].includes(value)) throw new Error('UNBIND_ALLOW_HTTP must be 1 or 0');
  return value === '1';
}

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TTL_ATTRIBUTE, tableDefinitions } from '../../../lib/aws/dynamodb/table-definitions.ts';
import { RECEIVES_BEFORE_DEAD, VISIBILITY_SECONDS } from '../../../lib/aws/policy.ts';
import { configFromEnvironment, namesOf } from '../../../lib/config.ts';
import { buildFunctions } from '../../../scripts/build.ts';

const run = promisify(execFile);
const ROOT = `${import.meta.dirname}/../../..`;

type Properties = { readonly [name: string]: unknown };

type Policies = readonly {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
  };
}[];

type Deployment = {
  readonly provider: { readonly environment: { readonly [name: string]: unknown } };
  readonly functions: {
    readonly [name: string]: {
      readonly role: string;
      readonly timeout: number;
      readonly handler: string;
      readonly package: { readonly patterns: readonly string[] };
    };
  };
  readonly resources: {
    readonly extensions: { readonly WorkerLambdaFunction: { readonly Properties: Properties } };
    readonly Resources: { readonly [name: string]: { readonly Properties: Properties } };
  };
};

let deployment: Deployment;

beforeAll(async () => {
  const { stdout } = await run('node_modules/.bin/osls', ['print', '--format', 'json', '--stage', 'qa'], { cwd: ROOT });
  deployment = JSON.parse(stdout);
});

const propertiesOf = (name: string): Properties => deployment.resources.Resources[name]?.Properties ?? {};

describe('serverless.yml', () => {
  test.each([
    ['JobsTable', 0],
    ['OutcomesTable', 1],
    ['PortalsTable', 2],
  ])('%s has the keys and indexes that the adapters use', (name, position) => {
    const { TimeToLiveSpecification, PointInTimeRecoverySpecification, SSESpecification, ...table } =
      propertiesOf(name);

    expect(table).toEqual(tableDefinitions(namesOf('qa').tables)[position]);
    expect(PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(SSESpecification).toEqual({ SSEEnabled: true });
    const expires = name === 'PortalsTable' ? undefined : { AttributeName: TTL_ATTRIBUTE, Enabled: true };
    expect(TimeToLiveSpecification).toEqual(expires);
  });

  test('names the queues as the command line expects them, and hides a wake-up for longer than the worker runs', () => {
    expect(propertiesOf('WakeUps')).toMatchObject({
      QueueName: namesOf('qa').wakeUpQueue,
      VisibilityTimeout: VISIBILITY_SECONDS,
      RedrivePolicy: { maxReceiveCount: RECEIVES_BEFORE_DEAD },
    });
    expect(propertiesOf('DeadWakeUps')).toMatchObject({ QueueName: namesOf('qa').deadLetterQueue });
    expect(VISIBILITY_SECONDS).toBeGreaterThan(deployment.functions.worker?.timeout ?? 0);
  });

  test('lets the worker wake its own queue as often as it takes', () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: a function that AWS finds in a loop with its own queue
    // is stopped after 16 turns unless it is allowed to. A sweep takes hundreds of them; the brake is MOST_IDLE_TURNS.
    const { extensions } = deployment.resources;

    expect(extensions.WorkerLambdaFunction.Properties).toEqual({ RecursiveLoop: 'Allow' });
  });

  test('lets every function that writes to a table on a condition read what it wrote, as the answer may be lost', () => {
    const roles = Object.entries(deployment.resources.Resources).filter(([name]) => name.endsWith('Role'));
    const unread = roles.flatMap(([name, { Properties }]) => {
      const statements = (Properties.Policies as Policies).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const rightsTo = (table: string): string[] =>
        statements
          .filter(({ Resource }) => JSON.stringify(Resource).includes(`"${table}"`))
          .flatMap(({ Action }) => Action);
      return ['JobsTable', 'PortalsTable', 'OutcomesTable']
        .filter((table) => {
          const rights = rightsTo(table);
          return (
            rights.some((right) => /:(Put|Update|Delete)Item$/.test(right)) && !rights.includes('dynamodb:GetItem')
          );
        })
        .map((table) => `${name}: ${table}`);
    });

    expect(roles.length).toBeGreaterThan(4);
    expect(unread).toEqual([]);
  });

  test('gives the functions every variable that they read, and none that is for the local run', () => {
    const { environment } = deployment.provider;
    const given = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'https://resolved.example/',
      ]),
    );

    const config = configFromEnvironment({ ...given, AWS_REGION: 'eu-central-1' });

    expect(config).toMatchObject({ stage: 'qa', secretPrefix: namesOf('qa').secretPrefix, keepDays: 90 });
    expect(config).toMatchObject({ publicUrl: 'https://resolved.example', allowHttp: false, localAws: null });
  });

  test.each(['install', 'event', 'robot', 'worker', 'cleanup'])(
    '%s has a role and a bundle of its own, and may do nothing to everything',
    (name) => {
      const { role = '', handler, package: files } = deployment.functions[name] ?? {};

      expect(role.toLowerCase()).toBe(`${name}role`);
      expect(handler).toBe(`dist/${name}/index.handler`);
      expect(files?.patterns).toEqual([`dist/${name}/index.mjs`]);
      const policies = JSON.stringify(propertiesOf(role).Policies);
      expect(policies).toContain('"Action"');
      expect(policies).not.toMatch(/"Action":"?\[?"?\*|:\*"|"Resource":"\*"/);
    },
  );
});

describe('the build', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unbind-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('makes one bundle per function that loads by itself and has a handler', async () => {
    const bundles = await buildFunctions(ROOT, join(folder, 'dist'));

    expect(bundles.map(({ name }) => name)).toEqual(['cleanup', 'event', 'install', 'robot', 'worker']);
    for (const { file, bytes } of bundles) {
      const { stdout } = await run(process.execPath, [
        '-p',
        `import(${JSON.stringify(file)}).then((m) => console.log(typeof m.handler)); ''`,
      ]);
      expect(stdout.trim()).toBe('function');
      expect(bytes).toBeLessThan(1_000_000);
    }
  });

  test.each(['lib/local/thing.ts', 'lib/simulator/thing.ts'])(
    'refuses a function that takes %s along',
    async (path) => {
      const root = mkdtempSync(join(folder, 'root-'));
      for (const part of ['functions', 'lib/local', 'lib/simulator']) mkdirSync(join(root, part), { recursive: true });
      writeFileSync(join(root, path), 'export const thing = 1;');
      writeFileSync(join(root, 'functions/bad.ts'), `export { thing } from '../${path}';`);

      await expect(buildFunctions(root)).rejects.toThrow(`The bundle of bad contains ${path}`);
    },
  );
});

import { describe, expect, test } from '@jest/globals';
import { type CliEnvironment, runCli } from '../../../lib/cli/run-cli.ts';

/** A command line whose stack must not be opened: mistakes are noticed before. */
async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const environment: CliEnvironment = {
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    width: 80,
    openStack: () => Promise.reject(new Error('opened')),
    read: (source) => Promise.resolve(source),
    user: 'tester',
    randomId: () => 'id',
  };
  return { code: await runCli(argv, environment), ...said };
}

describe('a command that is not understood', () => {
  test.each([
    ['an unknown command with its neighbour', ['portal', 'lst'], 'Did you mean list?'],
    ['an unknown option with its neighbour', ['outcomes', '--jsn'], 'Did you mean --json?'],
    ['a missing option', ['unbind', '--portal', 'acme', '--activity', '1'], "'--element <element>'"],
    [
      'a hexadecimal activity',
      ['unbind', '--portal', 'acme', '--activity', '0x10', '--element', 'deal:1'],
      'whole number',
    ],
    ['an invalid element', ['unbind', '--portal', 'acme', '--activity', '1', '--element', 'deal'], 'deal:1'],
    ['a duration without a unit', ['outcomes', '--since', '1'], '1d'],
    ['an unknown status', ['outcomes', '--status', 'gone'], 'unbound'],
    ['an invalid member id', ['portal', 'pause', '--portal', 'a/b'], 'letters'],
    ['a missing portal', ['portal', 'pause'], 'portal pause MEMBER_ID'],
    ['a missing grant', ['portal', 'add'], '--webhook URL'],
    ['two grants', ['portal', 'add', '--webhook', 'x', '--oauth', '-'], 'cannot be used'],
    ['a name for a grant that contains one', ['portal', 'add', '--oauth', '-', '--member-id', 'x'], 'cannot be used'],
    [
      'a secret that is not read from the standard input',
      ['app', 'set', '--client-id', 'local.1'],
      '--client-secret-stdin',
    ],
    ['a file in a missing folder', ['cleanup', 'plan', '--portal', 'a', '--export', '/no/x.csv'], 'no folder /no'],
    ['a list of rules without a portal', ['rules', 'list'], '--portal MEMBER_ID or --shipped'],
    ['more minutes than a day has', ['cleanup', 'schedule', '--portal', 'a', '--minutes', '99999'], 'from 1 to 1440'],
    ['a file of an unknown kind', ['outcomes', '--export', 'x.xlsx'], '.csv or .jsonl'],
    ['an unknown field to count by', ['outcomes', '--count-by', 'size'], 'Allowed choices are status, code'],
    ['an undo of nothing', ['undo', '--portal', 'acme'], '--plan ID, --run ID or --outcome ID'],
    ['an undo of two things', ['undo', '--portal', 'acme', '--run', 'a', '--outcome', 'b'], 'cannot be used'],
    ['an undo of a plan and one of its runs', ['undo', '--portal', 'a', '--run', 'a', '--plan', 'b'], 'cannot be used'],
    ['an undo of a plan and an outcome', ['undo', '--portal', 'a', '--outcome', 'a', '--plan', 'b'], 'cannot be used'],
    ['an undo of an invalid plan', ['undo', '--portal', 'a', '--plan', 'apply:b:1'], 'id of a plan'],
    ['a release of nothing', ['rules', 'release', '--portal', 'acme'], '--all'],
    ['an unknown mode of the schedule', ['cleanup', 'schedule', '--portal', 'a', '--mode', 'x'], 'plan, sweep'],
    ['an unknown rate', ['portal', 'rate', 'fast', '--portal', 'acme'], 'standard, enterprise'],
    ['two stacks', ['--home', 'x', '--stage', 'prod', 'portal', 'list'], 'cannot be used'],
  ])('%s ends with 2 and a hint on the standard error', async (_, argv, hint) => {
    const { code, stdout, stderr } = await run(...argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });

  test('repeats no secret of a webhook, wherever it was typed', async () => {
    const { code, stderr } = await run('portal', 'add', '--webhok=https://acme.bitrix24.com/rest/1/s3cr3t/');

    expect(code).toBe(2);
    expect(stderr).toContain('--webhok');
    expect(stderr).not.toContain('s3cr3t');
  });
});

test('lists the built-in rules without a stack, each with its purpose', async () => {
  const { code, stdout } = await run('rules', 'list', '--shipped');

  expect(code).toBe(0);
  expect(stdout).toContain('lost-deals');
  expect(stdout).toContain('Removes completed activities from the timelines of lost deals');
});

test('hints name the chosen stack, so that they can be copied as they are', async () => {
  const hint = 'To enable one: npm run --silent cli --';

  expect((await run('--stage', 'prod', 'rules', 'list', '--shipped')).stderr).toContain(`${hint} --stage prod rules `);
  expect((await run('--home', 'a b', 'rules', 'list', '--shipped')).stderr).toContain(`${hint} --home 'a b' rules `);
});

describe('help', () => {
  test('shows examples and exit codes, and ends with 0', async () => {
    const { code, stdout } = await run('--help');

    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toMatch(/75 +accepted, but not finished/);
  });

  test.each([
    ['portal', 'add'],
    ['portal', 'check'],
    ['portal', 'rate'],
    ['doctor'],
    ['unbind'],
    ['outcomes'],
    ['undo'],
    ['cleanup'],
    ['cleanup', 'plan'],
    ['cleanup', 'apply'],
    ['cleanup', 'status'],
    ['cleanup', 'show'],
    ['cleanup', 'sweep'],
    ['cleanup', 'plans'],
    ['cleanup', 'stop'],
    ['cleanup', 'schedule'],
    ['rules'],
    ['rules', 'set'],
    ['rules', 'check'],
    ['rules', 'list'],
    ['rules', 'try'],
    ['rules', 'enable'],
    ['rules', 'disable'],
    ['rules', 'exemptions'],
    ['rules', 'release'],
    ['failed'],
    ['failed', 'list'],
    ['failed', 'redrive'],
    ['app', 'set'],
  ])('of "%s %s" has an example that can be copied as it is', async (...command) => {
    const { code, stdout } = await run(...command, '--help');

    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}\$ npm run --silent cli -- /);
    expect(stdout).toContain('--json');
  });

  test('is shown with 2 when no command is given', async () => {
    const { code, stdout, stderr } = await run();

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Commands:');
  });
});

test('a stack that cannot be opened ends with 1 and its reason on the standard error', async () => {
  expect(await run('portal', 'list', '--json')).toEqual({ code: 1, stdout: '', stderr: 'error: opened\n' });
});

describe('rules check', () => {
  const check = (file: string) => run('rules', 'check', file, '--json');

  test('needs no stack, and ends with 0 when the rules could be set', async () => {
    const when = { stage: 'failed' };
    const lines = [
      { name: 'a', element: 'deal', when },
      { name: 'b', element: 'lead', when, enabled: false },
    ].map((rule) => JSON.stringify(rule));

    expect(await check(lines.join('\n'))).toEqual({
      code: 0,
      stdout: '{"status":"ok","rules":2,"enabled":1,"remarks":[]}\n',
      stderr: '',
    });
  });

  test('warns about what is allowed but may not be meant, and ends with 0', async () => {
    const { code, stdout, stderr } = await check('{"name": "all", "element": "deal"}');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', remarks: [expect.stringContaining('no condition')] });
    expect(stderr).toContain('Rule "all" has no condition');
  });

  test('names the rule, the field and what is accepted', async () => {
    const { code, stdout } = await check('[{"name": "a", "element": "deal", "when": {"stage": "LOSE"}}]');

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      status: 'rejected',
      problem: 'Rule "a", field "when.stage": must be process, success, failed, or a list of them',
    });
  });
});

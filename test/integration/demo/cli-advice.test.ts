import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
  await stage.addWebhook('idle');
  await stage.addWebhook('ruled');
  await stage.cli(['rules', 'enable', 'lost-deals', '--portal', 'ruled']);
  for (const name of ['paused', 'stopped']) await stage.addWebhook(name);
  await stage.cli(['portal', 'pause', 'paused']);
  await stage.stop('stopped', 'GRANT_DEAD');
  await stage.cli(['unbind', '--portal', 'idle', '--activity', '999', '--element', 'deal:2']);
});
afterAll(() => stage.close());

const UNBIND = ['--activity', '900', '--element', 'deal:1'];

/** Commands that advise others, and one that each of them advises. */
const ADVISING: readonly (readonly [argv: readonly string[], advised: string])[] = [
  [['portal', 'list'], 'portal add'],
  [['portal', 'check', 'ruled'], 'portal add'],
  [['doctor'], 'portal resume'],
  [['app', 'set', '--client-id', 'a b', '--client-secret-stdin'], "app set --client-id 'a b'"],
  [['unbind', '--portal', 'paused', ...UNBIND], 'portal resume --portal paused'],
  [['unbind', '--portal', 'stopped', ...UNBIND], 'portal check --portal stopped'],
  [['unbind', '--portal', 'idle', ...UNBIND, '--wait', '0s'], 'outcomes --portal idle'],
  [['cleanup', 'plan', '--portal', 'idle'], 'rules enable NAME --portal idle'],
  [['cleanup', 'plan', '--portal', 'ruled', '--wait', '0s'], 'cleanup status --portal ruled'],
  [['cleanup', 'plan', '--portal', 'ruled'], ''],
  [['cleanup', 'status', '--portal', 'idle'], 'cleanup plan --portal idle'],
  [['cleanup', 'plans', '--portal', 'idle'], 'cleanup plan --portal idle'],
  [['cleanup', 'apply', '--portal', 'idle', '--plan', 'nosuch'], 'cleanup plans --portal idle'],
  [['cleanup', 'sweep', '--portal', 'ruled'], 'cleanup plan --portal ruled'],
  [['cleanup', 'schedule', '--portal', 'idle', '--mode', 'plan'], 'rules disable NAME --portal idle'],
  [['undo', '--portal', 'idle', '--outcome', 'nosuch'], 'outcomes --portal idle'],
  [['rules', 'list', '--portal', 'ruled'], ''],
  [['rules', 'list', '--shipped'], 'rules enable NAME'],
  [['rules', 'enable', 'lost-deals', '--portal', 'idle'], 'cleanup plan --portal idle'],
  [['rules', 'release', '--portal', 'idle', '--all'], 'rules exemptions --portal idle'],
  [['portal', 'remove', 'idle'], 'outcomes --portal idle'],
];

/** What looks like a command of ours, but for what stands before it. */
const COMMANDS = [
  'portal (?:add|list|check|remove|pause|resume|rate) ',
  'app set ',
  '(?:doctor|unbind|outcomes|undo) --',
  'rules (?:list|set|check|try|enable|disable|exemptions|release) ',
  'cleanup (?:plan|show|apply|sweep|plans|status|stop|schedule) --',
  'failed (?:list|redrive)',
].join('|');

const CLI = 'npm run --silent cli --';
const SERVE = 'npm start -- --serve';

test.each([
  ['--stage', ['--stage', 'prod', '--region', 'eu-west-1'], `${CLI} --stage prod --region eu-west-1`, SERVE],
  ['--home', ['--home', '/tmp/a b'], `${CLI} --home '/tmp/a b'`, `UNBIND_HOME='/tmp/a b' ${SERVE}`],
])('with %s every advised command is whole', async (_, options, cli, serve) => {
  await stage.addWebhook('idle');
  for (const [argv, advised] of ADVISING) {
    const { stderr, records } = await stage.cli([...options, ...argv]);

    const advices = records.map(({ advice, differences }) => JSON.stringify([advice, differences]));
    const text = [stderr, ...advices].join('\n');
    if (advised !== '') expect(text).toContain(`${cli} ${advised}`);
    expect(text).not.toMatch(new RegExp(`(?<!${cli} )\\b(?:${COMMANDS})`));
    expect(text.replaceAll(serve, '')).not.toContain('npm start');
  }
});

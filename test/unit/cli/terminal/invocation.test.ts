import { expect, test } from '@jest/globals';
import { invocationOn, quoted } from '../../../../lib/cli/terminal/invocation.ts';

const CLI = 'npm run --silent cli --';
const SERVE = 'npm start -- --serve';

test.each([
  [{}, CLI, SERVE],
  [{ home: '.unbind' }, `${CLI} --home .unbind`, `UNBIND_HOME=.unbind ${SERVE}`],
  [{ home: 'a b' }, `${CLI} --home 'a b'`, `UNBIND_HOME='a b' ${SERVE}`],
  [{ stage: 'prod', region: 'eu-west-1' }, `${CLI} --stage prod --region eu-west-1`, SERVE],
])('on the stack %j commands are typed with its options', (choice, cli, serve) => {
  expect(invocationOn(choice)).toEqual({ cli, serve });
});

test.each([
  ['apply:3f2a91c07b:1', 'apply:3f2a91c07b:1'],
  ['it’s', "'it’s'"],
  ["it's", "'it'\\''s'"],
  ['$(rm)', "'$(rm)'"],
  ['', "''"],
])('%j is one word of a shell as %s', (text, word) => {
  expect(quoted(text)).toBe(word);
});

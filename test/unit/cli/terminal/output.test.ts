import { describe, expect, test } from '@jest/globals';
import { textOut } from '../../../../lib/cli/terminal/output.ts';
import { capturedJson, capturedOutput } from '../../../support/cli/captured-output.ts';

const COLUMNS = [{ title: 'NAME', text: ({ name }: { name: string }) => name, paint: (text: string) => `<${text}>` }];

describe('for people', () => {
  test('results are lines and tables, remarks go to the standard error', () => {
    const { out, stdout, stderr } = capturedOutput();

    out.record({ a: 1 }, 'a line');
    out.table([{ name: 'x' }], COLUMNS);
    out.table([], COLUMNS);
    out.say('a remark');

    expect(stdout()).toBe('a line\nNAME\nx\n');
    expect(stderr()).toBe('a remark\n');
  });

  test('cells are coloured only on a terminal that shows colours', () => {
    let written = '';
    const stdout = (text: string): void => {
      written += text;
    };
    const out = textOut({ stdout, stderr: () => undefined, width: 80, colours: true });

    out.table([{ name: 'x' }], COLUMNS);

    expect(written).toContain('<x>');
  });
});

describe('for programs', () => {
  test('the standard output holds one JSON object per line and nothing else', () => {
    const { out, stdout, stderr } = capturedJson();

    out.record({ a: 1 }, 'a line');
    out.table([{ name: 'x' }, { name: 'y' }], COLUMNS);
    out.say('a remark');

    expect(stdout()).toBe('{"a":1}\n{"name":"x"}\n{"name":"y"}\n');
    expect(stderr()).toBe('a remark\n');
  });
});

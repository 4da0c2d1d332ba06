import { invocationOn } from '../../../lib/cli/terminal/invocation.ts';
import { jsonOut, type Out, textOut } from '../../../lib/cli/terminal/output.ts';

/** An output that keeps what was written. */
export type CapturedOutput = { readonly out: Out; stdout(): string; stderr(): string };

export function capturedOutput(choice: Parameters<typeof invocationOn>[0] = {}, make = textOut): CapturedOutput {
  const written = { stdout: '', stderr: '' };
  const streams = {
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
    width: 100,
  };
  return { out: make(streams, invocationOn(choice)), stdout: () => written.stdout, stderr: () => written.stderr };
}

export const capturedJson = (): CapturedOutput => capturedOutput({}, jsonOut);

/** How commands are typed so that they work on the stack that was chosen. */
export type Invocation = {
  /** The command line, up to the name of the command. */
  readonly cli: string;
  /** Starts the local stack. */
  readonly serve: string;
};

type Choice = { readonly home?: string; readonly stage?: string; readonly region?: string };

export function invocationOn({ stage, region, home }: Choice): Invocation {
  const flags = Object.entries({ stage, region, home }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoted(value)}`],
  );
  return {
    cli: ['npm run --silent cli --', ...flags].join(' '),
    serve: `${home === undefined ? '' : `UNBIND_HOME=${quoted(home)} `}npm start -- --serve`,
  };
}

/** One word of a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

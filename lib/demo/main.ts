import { parseArgs } from 'node:util';

const HELP = `npm start                run the demo, then serve until Ctrl-C
npm start -- --once      run the demo; exit with 0 if the portal and the records agree, otherwise with 1
npm start -- --serve     serve without the demo, with the state under UNBIND_HOME (default .unbind)

PORT: the port of the functions (default 3000; 0: any free port)`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv);
  if (options === null || options.help) {
    (options === null ? console.error : console.log)(HELP);
    return options === null ? 2 : 0;
  }
  try {
    // Loaded on demand: the demo brings the simulated portal with it.
    if (options.serve) return await (await import('./serve.ts')).serve();
    return await (await import('./run-demo.ts')).runDemo({ once: options.once });
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'Failed for an unknown reason');
    return 1;
  }
}

type Options = { readonly once: boolean; readonly serve: boolean; readonly help: boolean };

function optionsOf(argv: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean', default: false },
        serve: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values.once && values.serve ? null : values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The options were not understood');
    return null;
  }
}

/** One thing that can happen next. */
export type Transition = { readonly name: string; readonly happen: () => void };

/** A run of the system under test from its start, one transition at a time. */
export type Execution = {
  /** What can happen now; nothing: the run is over. */
  transitions(): readonly Transition[];
  /** Equal for two runs only if they continue alike. */
  state(): string;
  /** Called after every transition. Throws if something is wrong. */
  check(): void;
  /** Called when the run is over. Throws if something is wrong. */
  checkEnd(): void;
};

export type Explored = { readonly states: number; readonly ends: number; readonly longest: number };

/** Lets everything that is waiting for nothing but the past run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Visits every state that the transitions lead to, depth first. A run cannot be copied, so each branch is run again from the
 * start. A failure names the transitions that led to it.
 */
export async function explore(start: () => Execution): Promise<Explored> {
  const seen = new Set<string>();
  const open: (readonly number[])[] = [[]];
  let [ends, longest] = [0, 0];

  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const execution = start();
    const names: string[] = [];
    const take = async (choice: number): Promise<void> => {
      const transition = execution.transitions()[choice];
      if (transition === undefined) throw new Error('the same run went another way');
      names.push(transition.name);
      transition.happen();
      await settle();
    };
    await settle();
    for (const choice of path) await take(choice);
    try {
      let taken = path;
      for (;;) {
        execution.check();
        const state = execution.state();
        if (seen.has(state)) break;
        seen.add(state);
        longest = Math.max(longest, taken.length);
        const choices = execution.transitions().length;
        if (choices === 0) {
          ends += 1;
          execution.checkEnd();
          break;
        }
        for (let choice = choices - 1; choice > 0; choice -= 1) open.push([...taken, choice]);
        taken = [...taken, 0];
        await take(0);
      }
    } catch (error) {
      throw new Error(`after ${names.join(', ')}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return { states: seen.size, ends, longest };
}

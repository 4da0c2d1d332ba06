import { measureMemory } from './measure-memory.ts';
import { measureSweep, type SweepFigures } from './measure-sweep.ts';

/**
 * `npm run bench:sweep`: plan, apply, a second sweep and undo of the built-in rules on a portal of 20,000 deals, 200,000
 * activities and 500,000 bindings. BENCH_DEALS sets its size, BENCH_SEED makes another portal. Exits with 1 if a figure is
 * missed.
 */
const deals = Number(process.env.BENCH_DEALS ?? 20_000);
const seed = process.env.BENCH_SEED ?? 'sweep';

const MOST_MEGABYTES = 150;
const MOST_ROBOT_MS = 30_000;

type Line = { readonly figure: string; readonly is: string | number; readonly wanted: string; readonly met: boolean };

const line = (figure: string, is: number, wanted: string, met: boolean): Line => ({ figure, is, wanted, met });
const exactly = (figure: string, is: number, wanted: number): Line => line(figure, is, `= ${wanted}`, is === wanted);
const atMost = (figure: string, is: number, most: number): Line => line(figure, is, `≤ ${most}`, is <= most);

const sweepLines = (figures: SweepFigures): Line[] => [
  exactly('planned items that were unbound', figures.unbound, figures.planned),
  exactly('pairs that match a rule afterwards', figures.matchesAfter, 0),
  exactly('removed pairs that matched no rule', figures.wrong, 0),
  exactly('activities left without a binding', figures.bare, 0),
  atMost('HTTP requests of plan and apply', figures.requests, figures.bound),
  exactly('removals of a second sweep', figures.removedAgain, 0),
  exactly('refused calls of a second sweep', figures.refusedAgain, 0),
  exactly('answers 503 or 429', figures.troubles, 0),
  atMost('wait of a robot at p99, ms', figures.robotP99Ms, MOST_ROBOT_MS),
  atMost('longest checkpoint of a run, characters', figures.longestCheckpoint, 60_000),
  exactly('bindings restored by the undo', figures.restored, figures.unbound - figures.unrestorable),
  exactly('bindings that differ from the beginning', figures.different, figures.unrestorable),
];

console.error('plan, apply, a second sweep and undo …');
const figures = await measureSweep({ deals, seed });
console.error('the same with processes that die, on a smaller portal …');
const dying = await measureSweep({ deals: Math.ceil(deals / 20), seed: `${seed} deaths`, dying: true });
console.error('memory …');
const [small, large] = [await measureMemory(Math.ceil(deals / 10), seed), await measureMemory(deals, seed)];

const { activities, bindings, listPages, candidates, matchesBefore, minutes, robots } = figures;
console.log(
  `${deals} deals, ${activities} activities, ${bindings} bindings; at least ${listPages} pages and ${candidates}`,
);
console.log(
  `bindings to be listed; ${matchesBefore} pairs match. ${minutes.toFixed(1)} min of virtual time, ${robots} robot calls.`,
);
const lines = [
  ...sweepLines(figures),
  ...sweepLines(dying)
    .filter(({ figure }) => !/requests|answers|wait|longest/.test(figure))
    .map((one) => ({ ...one, figure: `${one.figure} (${dying.processes} processes, all but the last died)` })),
  atMost('memory of the worker while planning, MB', large.plan, MOST_MEGABYTES),
  atMost('memory of the worker while applying, MB', large.apply, MOST_MEGABYTES),
  line('the same on a tenth of the portal, MB', small.plan, 'about the same', large.plan - small.plan < 30),
];
console.table(lines);
process.exit(lines.every(({ met }) => met) ? 0 : 1);

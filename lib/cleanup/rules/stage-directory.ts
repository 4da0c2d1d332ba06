import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import type { Ask } from '../../jobs/planner.ts';
import { fieldOf, type StageOf } from './element-facts.ts';
import type { Rule, Stage } from './rule.ts';

/** What the stage codes of a portal mean, by type of element. */
export type StageDirectory = {
  readonly stageOf: (entityTypeId: number) => StageOf;
  /** All codes of these semantics, in all pipelines of the type. */
  readonly codesOf: (entityTypeId: number, stages: readonly Stage[]) => readonly string[];
  /** Bitrix24's code: it must not be read now, so nobody knows a stage of the types that need it. null: it was read. */
  readonly refusal: string | null;
};

/** Stages are changed rarely, by an administrator. */
const KEEP_MS = 600_000;

const LEAD = 1;
const DEAL = 2;
const QUOTE = 7;
const SMART_INVOICE = 31;

/** Elements of these types say the semantics of their stage themselves (B§2.3). */
export const saysSemantics = (entityTypeId: number): boolean => entityTypeId === LEAD || entityTypeId === DEAL;

/** Whether it takes the directory to say if an element fulfils the rule. */
export const needsDirectory = ({ element, when }: Rule): boolean => when.stage !== undefined && !saysSemantics(element);

export const NO_STAGES: StageDirectory = { stageOf: () => () => null, codesOf: () => [], refusal: null };

/** Reads the directories of portals whose rules need them, and remembers them for a while. */
export class StageDirectories {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly at: number; readonly directory: Promise<StageDirectory> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async of(portal: string, rules: readonly Rule[], ask: Ask): Promise<StageDirectory> {
    if (!rules.some(needsDirectory)) return NO_STAGES;
    const known = this.#known.get(portal);
    if (known !== undefined && this.#clock.now() - known.at < KEEP_MS) return await known.directory;

    const directory = readDirectory(ask);
    this.#known.set(portal, { at: this.#clock.now(), directory });
    const forget = () => this.#known.delete(portal);
    // A refusal says nothing about the stages, and may be over at the next time.
    directory.then(({ refusal }) => refusal !== null && forget(), forget);
    return await directory;
  }
}

/** A directory is never cut into pages (B§2.3). */
const STATUSES: RestCall = { method: 'crm.status.list', params: { order: { SORT: 'ASC' } } };

async function readDirectory(ask: Ask): Promise<StageDirectory> {
  const read = await ask(STATUSES);
  return read.ok ? directoryOf(read.result) : { ...NO_STAGES, refusal: read.code };
}

export function directoryOf(rows: unknown): StageDirectory {
  const stages = (Array.isArray(rows) ? rows : []).flatMap((row: unknown) => {
    const typeId = typeOf(String(fieldOf(row, 'ENTITY_ID')));
    return typeId === null ? [] : [{ typeId, code: String(fieldOf(row, 'STATUS_ID')), stage: semanticsOf(row) }];
  });
  const byCode = new Map(stages.map(({ typeId, code, stage }) => [`${typeId} ${code}`, stage]));
  return {
    stageOf: (entityTypeId) => (stageId) => byCode.get(`${entityTypeId} ${stageId}`) ?? null,
    codesOf: (entityTypeId, wanted) =>
      stages.filter(({ typeId, stage }) => typeId === entityTypeId && wanted.includes(stage)).map(({ code }) => code),
    refusal: null,
  };
}

/** A stage in progress has no letter (B§2.3). */
function semanticsOf(row: unknown): Stage {
  const letter = fieldOf(row, 'SEMANTICS');
  const word = fieldOf(fieldOf(row, 'EXTRA'), 'SEMANTICS');
  if (letter === 'S' || word === 'success') return 'success';
  return letter === 'F' || word === 'failure' || word === 'apology' ? 'failed' : 'process';
}

/** The type whose stages a directory holds; the names of the later ones are inferred (B§2.3). */
function typeOf(entityId: string): number | null {
  if (entityId === 'STATUS') return LEAD;
  if (/^DEAL_STAGE(_\d+)?$/.test(entityId)) return DEAL;
  if (entityId === 'QUOTE_STATUS') return QUOTE;
  if (/^SMART_INVOICE_STAGE_\d+$/.test(entityId)) return SMART_INVOICE;
  const dynamic = /^DYNAMIC_(\d+)_STAGE_\d+$/.exec(entityId);
  return dynamic === null ? null : Number(dynamic[1]);
}

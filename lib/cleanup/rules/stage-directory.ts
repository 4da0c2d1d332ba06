import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import type { Ask } from '../../jobs/planner.ts';
import { STAGES_KEPT_MS } from '../policy.ts';
import { fieldOf, type StageOf } from './element-facts.ts';
import type { Rule, Stage } from './rule.ts';

/** What the stage codes of a portal mean, by type of element. */
export type StageDirectory = {
  readonly stageOf: (entityTypeId: number) => StageOf;
  /** All codes with one of these meanings, in all pipelines of the type. */
  readonly codesOf: (entityTypeId: number, stages: readonly Stage[]) => readonly string[];
  /** Bitrix24's code if the directory could not be read: the stages of types that need it are unknown then. */
  readonly refusal: string | null;
};

const LEAD = 1;
const DEAL = 2;
const QUOTE = 7;
const SMART_INVOICE = 31;

/** Elements of these types tell the meaning of their stage themselves (B§2.3). */
export const saysSemantics = (entityTypeId: number): boolean => entityTypeId === LEAD || entityTypeId === DEAL;

/** Whether the directory is needed to tell if an element meets the rule. */
export const needsDirectory = ({ element, when }: Rule): boolean => when.stage !== undefined && !saysSemantics(element);

export const NO_STAGES: StageDirectory = { stageOf: () => () => null, codesOf: () => [], refusal: null };

/** Reads the stage directory of a portal if its rules need it, and remembers it for a while. */
export class StageDirectories {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly at: number; readonly directory: Promise<StageDirectory> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async of(portal: string, rules: readonly Rule[], ask: Ask): Promise<StageDirectory> {
    if (!rules.some(needsDirectory)) return NO_STAGES;
    const known = this.#known.get(portal);
    if (known !== undefined && this.#clock.now() - known.at < STAGES_KEPT_MS) return await known.directory;

    const directory = readDirectory(ask);
    this.#known.set(portal, { at: this.#clock.now(), directory });
    const forget = () => this.#known.delete(portal);
    // A refusal tells nothing about the stages, and the next read may succeed.
    directory.then(({ refusal }) => refusal !== null && forget(), forget);
    return await directory;
  }
}

/** Bitrix24 returns the whole directory at once (B§2.3). */
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

/** A stage that is neither won nor lost has no letter (B§2.3). */
function semanticsOf(row: unknown): Stage {
  const letter = fieldOf(row, 'SEMANTICS');
  const word = fieldOf(fieldOf(row, 'EXTRA'), 'SEMANTICS');
  if (letter === 'S' || word === 'success') return 'success';
  return letter === 'F' || word === 'failure' || word === 'apology' ? 'failed' : 'process';
}

/** The type of element that a directory entry is about; the last two names are inferred (B§2.3). */
function typeOf(entityId: string): number | null {
  if (entityId === 'STATUS') return LEAD;
  if (/^DEAL_STAGE(_\d+)?$/.test(entityId)) return DEAL;
  if (entityId === 'QUOTE_STATUS') return QUOTE;
  if (/^SMART_INVOICE_STAGE_\d+$/.test(entityId)) return SMART_INVOICE;
  const dynamic = /^DYNAMIC_(\d+)_STAGE_\d+$/.exec(entityId);
  return dynamic === null ? null : Number(dynamic[1]);
}

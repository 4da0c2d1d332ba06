import { DEAL, LEAD, QUOTE, SMART_INVOICE } from './entity-types.ts';

/** A row of a stage directory, crm.status.list (B§2.3). */
export type Stage = {
  readonly id: number;
  readonly directory: string;
  readonly statusId: string;
  readonly name: string;
  readonly sort: number;
  readonly categoryId: number | null;
  readonly semantics: 'process' | 'success' | 'failure' | 'apology';
};

export type NewStage = Omit<Stage, 'id' | 'sort' | 'categoryId'>;

/** ENTITY_ID of the directory an element's stages are in (B§2.3 for leads and deals; the others [I]). Null: no stages. */
export function directoryOf(entityTypeId: number, categoryId: number): string | null {
  if (entityTypeId === LEAD) return 'STATUS';
  if (entityTypeId === DEAL) return categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`;
  if (entityTypeId === QUOTE) return 'QUOTE_STATUS';
  if (entityTypeId === SMART_INVOICE) return `SMART_INVOICE_STAGE_${categoryId}`;
  return entityTypeId >= 128 ? `DYNAMIC_${entityTypeId}_STAGE_${categoryId}` : null;
}

/** The prefix of a stage code: `C5:` in pipeline 5, `DT147_3:` in a smart process (B§2.3). */
export function stagePrefix(entityTypeId: number, categoryId: number): string {
  if (entityTypeId === DEAL) return categoryId === 0 ? '' : `C${categoryId}:`;
  return entityTypeId === SMART_INVOICE || entityTypeId >= 128 ? `DT${entityTypeId}_${categoryId}:` : '';
}

const STANDARD: { readonly [kind: string]: readonly (readonly [string, string, Stage['semantics']])[] } = {
  lead: [
    ['NEW', 'Unassigned', 'process'],
    ['IN_PROCESS', 'In progress', 'process'],
    ['PROCESSED', 'Processed', 'process'],
    ['CONVERTED', 'Good lead', 'success'],
    ['JUNK', 'Junk lead', 'failure'],
  ],
  deal: [
    ['NEW', 'New', 'process'],
    ['PREPARATION', 'Preparing documents', 'process'],
    ['PREPAYMENT_INVOICE', 'Prepayment invoice', 'process'],
    ['EXECUTING', 'In progress', 'process'],
    ['FINAL_INVOICE', 'Final invoice', 'process'],
    ['WON', 'Deal won', 'success'],
    ['LOSE', 'Deal lost', 'failure'],
    ['APOLOGY', 'Analysis of the failure', 'apology'],
  ],
  quote: [
    ['DRAFT', 'New', 'process'],
    ['SENT', 'Sent to customer', 'process'],
    ['APPROVED', 'Accepted', 'success'],
    ['DECLAINED', 'Declined', 'failure'],
  ],
  invoice: [
    ['N', 'New', 'process'],
    ['S', 'Sent to customer', 'process'],
    ['P', 'Paid', 'success'],
    ['D', 'Not paid', 'failure'],
  ],
  process: [
    ['NEW', 'Start', 'process'],
    ['PREPARATION', 'Preparation', 'process'],
    ['CLIENT', 'Coordination', 'process'],
    ['SUCCESS', 'Success', 'success'],
    ['FAIL', 'Failure', 'failure'],
  ],
};

const KINDS: { readonly [entityTypeId: number]: string } = {
  [LEAD]: 'lead',
  [DEAL]: 'deal',
  [QUOTE]: 'quote',
  [SMART_INVOICE]: 'invoice',
};

/** The stages of a type and pipeline in a new portal. */
export function standardStages(entityTypeId: number, categoryId: number): (NewStage & { categoryId: number | null })[] {
  const directory = directoryOf(entityTypeId, categoryId);
  if (directory === null) return [];
  const rows = STANDARD[KINDS[entityTypeId] ?? 'process'] ?? [];
  return rows.map(([code, name, semantics]) => ({
    directory,
    statusId: `${stagePrefix(entityTypeId, categoryId)}${code}`,
    name,
    semantics,
    categoryId: categoryId === 0 ? null : categoryId,
  }));
}

const LETTERS = { process: 'P', success: 'S', failure: 'F', apology: 'F' } as const;

/** `stageSemanticId` (B§2.3). A code that is in no directory counts as in progress. */
export const semanticLetter = (stage: Stage | undefined): 'P' | 'S' | 'F' => LETTERS[stage?.semantics ?? 'process'];

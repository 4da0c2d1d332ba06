import { type Crm, entityTypesOf } from '../crm/crm-state.ts';
import { type Stage, semanticLetter } from '../crm/elements/stages.ts';
import { type Methods, Page } from '../method.ts';
import { conditionsOf, type Field } from './filter.ts';
import { isRecord, upperKeys } from './parameter.ts';
import { sorted, sortOrder } from './sort-order.ts';

/** crm.status.list and crm.enum.ownertype (B§2.3). */
export const directoryMethods = (crm: Crm): Methods => ({
  'crm.status.list': {
    scope: 'crm',
    run: (params) => {
      const { FILTER, ORDER } = upperKeys(params);
      const conditions = conditionsOf(isRecord(FILTER) ? FILTER : {}, fieldOf, () => undefined);
      const found = crm.stages.filter((stage) => conditions.every((is) => is(stage)));
      const rows = sorted(found, sortOrder(isRecord(ORDER) ? ORDER : {}, fieldOf)).map(statusRow);
      return new Page(rows, rows.length); // a directory is never cut into pages
    },
  },
  'crm.enum.ownertype': {
    scope: 'crm',
    run: () =>
      entityTypesOf(crm).map(({ id, name, symbol, short }) => ({
        ID: id,
        NAME: name,
        SYMBOL_CODE: symbol,
        SYMBOL_CODE_SHORT: short,
      })),
  },
});

const FIELDS: { readonly [name: string]: Field<Stage> } = {
  ID: { kind: 'number', read: ({ id }) => id },
  ENTITY_ID: { kind: 'text', read: ({ directory }) => directory },
  STATUS_ID: { kind: 'text', read: ({ statusId }) => statusId },
  NAME: { kind: 'text', read: ({ name }) => name },
  SORT: { kind: 'number', read: ({ sort }) => sort },
  CATEGORY_ID: { kind: 'number', read: ({ categoryId }) => categoryId },
  SEMANTICS: { kind: 'text', read: semanticsColumn },
};

const fieldOf = (name: string): Field<Stage> | undefined => FIELDS[name];

const COLORS = { process: '#39A8EF', success: '#7BD500', failure: '#FF5752', apology: '#FF5752' } as const;

function statusRow(stage: Stage): { readonly [field: string]: unknown } {
  const color = COLORS[stage.semantics];
  const system = stage.semantics === 'success' || stage.semantics === 'failure' || stage.sort === 10;
  return {
    ID: String(stage.id),
    ENTITY_ID: stage.directory,
    STATUS_ID: stage.statusId,
    NAME: stage.name,
    NAME_INIT: system ? stage.name : '',
    SORT: String(stage.sort),
    SYSTEM: system ? 'Y' : 'N',
    CATEGORY_ID: stage.categoryId === null ? null : String(stage.categoryId),
    COLOR: color,
    SEMANTICS: semanticsColumn(stage),
    EXTRA: { SEMANTICS: stage.semantics, COLOR: color },
  };
}

/** `S`, `F` or null: a stage in progress has no letter in the directory (B§2.3). */
function semanticsColumn(stage: Stage): 'S' | 'F' | null {
  const letter = semanticLetter(stage);
  return letter === 'P' ? null : letter;
}

/** A CRM element; times in ms. */
export type Item = {
  readonly id: number;
  readonly entityTypeId: number;
  title: string;
  /** null for contacts and companies. */
  stageId: string | null;
  categoryId: number;
  contactIds: number[];
  companyId: number;
  leadId: number;
  assignedById: number;
  createdTime: number;
  updatedTime: number;
  movedTime: number;
  /** Any other fields of the seed, shown as they are. */
  fields: { readonly [name: string]: unknown };
};

/** Activities and who may see what, for the tests of the binding commands. */
export const SEED = {
  users: [
    { id: 7, editable: ['deal:1', 'contact'] },
    { id: 8, readable: ['deal:1'], editable: ['lead'] },
    { id: 9, isExtranet: true },
  ],
  smartProcesses: [
    { entityTypeId: 147 },
    { entityTypeId: 1032, state: 'deleted' },
    { entityTypeId: 150, state: 'locked' },
  ],
  deals: [{ id: 2 }],
  activities: [
    { id: 999, bindings: ['deal:1', 'contact:5', 'quote:9'] },
    { id: 1000, bindings: ['deal:1'] },
    { id: 1001, bindings: ['deal:1', '1032:4'] },
    { id: 1002, bindings: ['deal:1', '150:4'] },
  ],
  gone: ['quote:9'],
};

export const deal = { entityTypeId: 2, entityId: 1 };

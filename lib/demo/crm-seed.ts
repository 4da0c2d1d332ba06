/**
 * The portal of the demo, in the format of the simulated portal. The recorded robot call names activity 999 on deal 1. Every
 * reason for a binding to stay is included: an open activity, and a last binding.
 */
export const CRM_SEED = {
  contacts: [
    { id: 5, title: 'Anna Meyer' },
    { id: 6, title: 'Boris Lang' },
  ],
  companies: [{ id: 9, title: 'Nordwind GmbH' }],
  deals: [
    { id: 1, title: 'New website', stageId: 'EXECUTING', contactIds: [5] },
    { id: 2, title: 'Maintenance contract', stageId: 'PREPARATION', contactIds: [6] },
    { id: 3, title: 'Trade fair stand', stageId: 'LOSE', companyId: 9 },
  ],
  activities: [
    { id: 999, typeId: 2, subject: 'Anna asks for a date', completed: true, bindings: ['deal:1', 'contact:5'] },
    { id: 1001, typeId: 4, subject: 'Our offer', completed: true, bindings: ['deal:2', 'contact:6'] },
    { id: 1002, typeId: 1, subject: 'Visit in June', bindings: ['deal:2', 'contact:6'] },
    { id: 1003, typeId: 2, subject: 'First call', completed: true, bindings: ['deal:2'] },
    { id: 1004, typeId: 4, subject: 'They chose others', completed: true, bindings: ['deal:3', 'company:9'] },
    { id: 1005, typeId: 6, subject: 'Ask again in spring', bindings: ['deal:3', 'company:9'] },
    { id: 1006, typeId: 4, subject: 'Invoice of 2019', completed: true, bindings: ['deal:1', 'contact:5'] },
    { id: 1007, typeId: 2, subject: 'Wrong number', completed: true, bindings: ['deal:1'] },
  ],
} as const;

/** Shipped, inactive until switched on (D§6). As a person would write them: they are shown, copied and edited. */
export const DEFAULT_RULES = [
  {
    name: 'lost-deals',
    description: 'Takes what is done out of the timelines of lost deals; it stays with what else it is bound to.',
    enabled: false,
    element: 'deal',
    when: { stage: 'failed' },
    activities: { completed: true },
  },
  {
    name: 'converted-leads',
    description: 'After a conversion the deal, contact or company carries the activities; the lead need not.',
    enabled: false,
    element: 'lead',
    when: { stage: 'success', alsoBoundTo: ['deal', 'contact', 'company'] },
  },
  {
    name: 'calls-and-mails-of-contacts',
    description: 'Old calls and e-mails that are bound to a contact need not fill its company’s timeline as well.',
    enabled: false,
    element: 'company',
    when: { alsoBoundTo: ['contact'] },
    activities: { completed: true, types: ['call', 'email'], olderThanDays: 90 },
  },
  {
    name: 'paid-invoices',
    description: 'A month after an invoice is paid, what was done about it is found with its deal, contact or company.',
    enabled: false,
    element: 'smart_invoice',
    when: { stage: 'success', closedForDays: 30, alsoBoundTo: ['deal', 'contact', 'company'] },
    activities: { completed: true },
  },
  {
    name: 'missing-quotes',
    description: 'Bitrix24 leaves activities bound to quotes that were deleted; this removes such bindings.',
    enabled: false,
    element: 'quote',
    when: { missing: true },
  },
] as const;

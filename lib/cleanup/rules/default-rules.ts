/** The built-in rules, disabled until enabled (D§6). Written as a person would: they are shown, copied and edited. */
export const DEFAULT_RULES = [
  {
    name: 'lost-deals',
    description:
      'Removes completed activities from the timelines of lost deals; they stay with whatever else they are bound to.',
    enabled: false,
    element: 'deal',
    when: { stage: 'failed' },
    activities: { completed: true },
  },
  {
    name: 'converted-leads',
    description: 'After a conversion, the deal, contact or company has the activities; the lead no longer needs them.',
    enabled: false,
    element: 'lead',
    when: { stage: 'success', alsoBoundTo: ['deal', 'contact', 'company'] },
  },
  {
    name: 'calls-and-mails-of-contacts',
    description: 'Old calls and e-mails that are bound to a contact need not fill the timeline of its company too.',
    enabled: false,
    element: 'company',
    when: { alsoBoundTo: ['contact'] },
    activities: { completed: true, types: ['call', 'email'], olderThanDays: 90 },
  },
  {
    name: 'paid-invoices',
    description:
      'A month after an invoice is paid, its completed activities are kept with its deal, contact or company only.',
    enabled: false,
    element: 'smart_invoice',
    when: { stage: 'success', closedForDays: 30, alsoBoundTo: ['deal', 'contact', 'company'] },
    activities: { completed: true },
  },
  {
    name: 'missing-quotes',
    description: 'Bitrix24 leaves activities bound to deleted quotes; this removes such bindings.',
    enabled: false,
    element: 'quote',
    when: { missing: true },
  },
] as const;

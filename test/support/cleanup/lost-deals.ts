/** The rule that most tests of runs go by. */
export const LOST_DEALS = {
  name: 'lost-deals',
  element: 'deal',
  when: { stage: 'failed' },
  activities: { completed: true },
};

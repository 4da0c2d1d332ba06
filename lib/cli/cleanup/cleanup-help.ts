/** How the lesser commands of `cleanup` are used. */
export const CLEANUP_HELP = {
  show: `
Examples:
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com --rule lost-deals --type deal
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com --export plan.csv

The plans of a portal: cleanup plans`,

  sweep: `
Examples:
  $ npm run --silent cli -- cleanup sweep --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup sweep --portal acme.bitrix24.com --yes --wait 0s

Exits with 0 if everything that matches is unbound; 1 if something was refused or failed, if the run was stopped, or if the
question was not answered with yes; 75 if the time to wait is over: the run goes on.`,

  plans: `
Examples:
  $ npm run --silent cli -- cleanup plans --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plans --portal acme.bitrix24.com --json

With --json \`state\` is planning, ready or stopped; \`ended\` says why it is not complete: unreadable, stopped, time_limit or
given_up.`,

  stop: `
Example:
  $ npm run --silent cli -- cleanup stop --portal acme.bitrix24.com --run apply:3f2a91c07b:1

The runs of a portal: cleanup status`,

  schedule: `
Examples:
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com --mode plan --minutes 120

This is about the schedule only: events go on unbinding at once what the enabled rules match.`,
};

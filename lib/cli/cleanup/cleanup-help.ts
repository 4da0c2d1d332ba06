/** Examples and notes below the options of `cleanup`, its subcommands and `undo`. */
export const CLEANUP_HELP = {
  cleanup: `
Examples:
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --rule lost-deals --export plan.csv
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com --mode plan

Making a plan changes nothing. Applying it checks each binding again and removes what still matches; "undo" rebinds it. Each
portal has one run at a time; others wait. Ctrl-C ends a run after its current request; to resume "apply" or "undo", repeat
the command; a plan starts over.`,

  plan: `
Examples:
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --rule lost-deals       (even if the rule is disabled)
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --export plan.jsonl

With --json the first line is the plan, and each other line is one binding that it would remove.
Exits with 0 if the plan is complete; 1 if it is not, or was given up; 75 if it was not finished within the time to wait.`,

  apply: `
Examples:
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b --yes --wait 0s

Exits with 0 if everything that still matches is unbound; 1 if something was refused or failed, if the run was stopped, or if
the question was not answered with yes; 75 if it was not finished within the time to wait: the run continues.`,

  show: `
Examples:
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com --rule lost-deals --type deal
  $ npm run --silent cli -- cleanup show 3f2a91c07b --portal acme.bitrix24.com --export plan.csv

"cleanup plans" lists the plans of a portal.`,

  sweep: `
Examples:
  $ npm run --silent cli -- cleanup sweep --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup sweep --portal acme.bitrix24.com --yes --wait 0s

Exits with 0 if everything that matches is unbound; 1 if something was refused or failed, if the run was stopped, or if the
question was not answered with yes; 75 if it was not finished within the time to wait: the run continues.`,

  plans: `
Examples:
  $ npm run --silent cli -- cleanup plans --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plans --portal acme.bitrix24.com --json

With --json \`state\` is planning, ready or stopped; \`ended\` says why a plan is not complete: unreadable, stopped, time_limit
or given_up.`,

  status: `
Examples:
  $ npm run --silent cli -- cleanup status --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup status --portal acme.bitrix24.com --run apply:3f2a91c07b:1 --wait 5m

Shows the runs that wait, and the latest 50 that have started. With --json \`ended\` says why a run is over: through,
unreadable, stopped, time_limit, rules_changed, plan_gone, checkpoint_lost or given_up; \`code\` is the first error code of the run.`,

  stop: `
Example:
  $ npm run --silent cli -- cleanup stop --portal acme.bitrix24.com --run apply:3f2a91c07b:1

"cleanup status" lists the runs of a portal.`,

  schedule: `
Examples:
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com --mode plan --minutes 120

This affects the schedule only: on events, whatever the enabled rules match is still unbound at once.`,

  undo: `
Examples:
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --run apply:3f2a91c07b:1
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --outcome apply:3f2a91c07b:1/unbind/999/2:1

--plan undoes all runs that applied the plan; when repeated, it rebinds what is still missing. "cleanup status" lists the
runs. --run also takes the job of a robot, an event or a command: the part before the first / of the ids of its outcomes.
Exits with 0 only if everything is bound again; what cannot be rebound is listed with the reason.`,
};

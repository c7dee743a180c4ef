interface Expense {
  readonly by: string;
  readonly for: string;
  readonly amount: number;
  /** Where Tidegate's front end is, as somebody who decides reaches it. */
  readonly tidegate: string;
}

/** Would send a mail with two links. Here it shows the two requests that decide; the token is good for one of them. */
export function askForApproval({
  expense,
  token,
}: {
  readonly expense: Expense;
  readonly token: string;
}): void {
  const callback = `${expense.tidegate}/v1/callbacks/${token}`;
  const post = `curl -sX POST -H 'content-type: application/json' ${callback}`;
  console.error(`${expense.by} asks for ${expense.amount} for ${expense.for}.`);
  console.error(`to approve: ${post}/success -d '{"by": "Maren"}'`);
  console.error(`to refuse:  ${post}/failure -d '{"error": "Refused", "cause": "too dear"}'`);
}

export function pay({ by, amount, decision }: Expense & { readonly decision?: { readonly by: string } }) {
  return { paid: amount, to: by, approvedBy: decision?.by ?? 'the rules' };
}

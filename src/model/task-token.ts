/**
 * Stands for the token of a task in its arguments, wherever a string holds it. Planning knows neither key nor effect,
 * so the invoker puts the signed callback token in its place when it makes the call.
 */
export const TASK_TOKEN = '{tidegate:task-token:8f1c2f0e-5d0b-4c5e-9a55-1d9c0f7f3b6a}';

export { TASK_TOKEN } from '../../model/task-token.ts';

export { readConversation, type ReadConversation } from './read-conversation.ts'
export { explanationOf } from './explanation.ts'
export { explanationJson } from './explanation-json.ts'
export { hasErrors, summaryOf } from './summary.ts'

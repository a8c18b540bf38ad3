/**
 * What the learner writes, and so the subject of every sentence: the server that clients connect
 * to, or the client.
 */
export type Subject = 'server' | 'client'

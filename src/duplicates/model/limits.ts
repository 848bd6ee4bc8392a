import type { ClusterLimits } from './clusters.ts'

/** Limits of the groups that are shown: more likely duplicates than not. */
export const suggestionLimits: ClusterLimits = { link: -3, mean: 0 }

/** The lowest score of any two records of a group that is merged automatically: A group without conflicts and with this score is right in more than 998 of 1,000 cases. */
export const automaticScore = 6

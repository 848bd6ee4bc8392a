import { levelWeights } from './weights.ts'

/** Weights of the comparisons that people and companies have in common. */
export const sharedWeights = {
  phone: levelWeights({
    several: [0.2, 0.0000001, 1],
    same: [0.5, 0.00002, 1],
    typingError: [0.07, 0.00002],
    sameEnding: [0.01, 0.00005],
    different: [0.22, 0.9999],
  }),
  address: levelWeights({
    same: [0.45, 0.00001],
    part: [0.34, 0.00005],
    street: [0.03, 0.0005],
    otherFlat: [0.02, 0.00002],
    nearHouse: [0.03, 0.0005],
    similarStreet: [0.03, 0.0005],
    otherHouse: [0.04, 0.02],
    different: [0.06, 0.9784],
  }),
  city: levelWeights({
    same: [0.88, 0.03, 1],
    typingError: [0.05, 0.0005],
    similar: [0.02, 0.01],
    different: [0.05, 0.96],
  }),
  postalCode: levelWeights({
    same: [0.86, 0.001, 1],
    typingError: [0.05, 0.001],
    similar: [0.03, 0.02],
    different: [0.06, 0.978],
  }),
}

/** Weights of a field that an administrator has added. */
export const extraWeights = levelWeights({
  same: [0.85, 0.0001, 1],
  typingError: [0.07, 0.0001],
  similar: [0.04, 0.02],
  different: [0.04, 0.98],
})

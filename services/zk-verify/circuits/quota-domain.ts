/** What quota proofs are for, as the binding context has it. Who changes what is proven changes the number. */

export const quotaDomain = 'ron/zk/quota-compliance/1'

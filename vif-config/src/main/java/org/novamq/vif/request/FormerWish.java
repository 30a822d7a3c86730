package org.novamq.vif.request;

/**
 * The wish under which a NIC got the queues that it has, in the words of the answer then.
 *
 * @param source its name in answers
 */
public record FormerWish(int queues, String source) {}

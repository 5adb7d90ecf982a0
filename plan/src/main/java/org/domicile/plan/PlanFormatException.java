package org.domicile.plan;

/**
 * A document that is not a plan, a roster or a transform: the message says where and what is wrong.
 */
public final class PlanFormatException extends RuntimeException {
    public PlanFormatException(String message) {
        super(message);
    }
}

package org.domicile.gateway;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.RowLayout;

/**
 * Takes messages apart with the codec and puts them together again. Those that it only bounds, as
 * the gateway never sends them, stay as they are.
 */
final class Recoder {
    private final AtomicInteger differences = new AtomicInteger();

    /** How many messages did not come out as they had gone in. */
    int differences() {
        return differences.get();
    }

    /** A client's message. */
    void frontend(Frame frame, MessageBuffer out) {
        MessageBuffer recoded = new MessageBuffer();
        switch (FrontendMessage.decode(frame)) {
            case FrontendMessage.Copy _, FrontendMessage.FunctionCall _ -> recoded.frame(frame);
            case FrontendMessage message -> message.writeTo(recoded);
        }
        compare(frame, recoded);
        out.all(recoded);
    }

    /** A server's message. */
    void backend(Frame frame, MessageBuffer out) {
        MessageBuffer recoded = new MessageBuffer();
        switch (BackendType.of(frame)) {
            case AUTHENTICATION -> authentication(frame, recoded);
            case BACKEND_KEY_DATA -> BackendMessage.decodeBackendKeyData(frame).writeTo(recoded);
            case PARAMETER_STATUS -> BackendMessage.decodeParameterStatus(frame).writeTo(recoded);
            case READY_FOR_QUERY -> BackendMessage.decodeReadyForQuery(frame).writeTo(recoded);
            case COMMAND_COMPLETE -> BackendMessage.decodeCommandComplete(frame).writeTo(recoded);
            case ERROR_RESPONSE ->
                    new BackendMessage.ErrorResponse(ErrorFields.decode(frame)).writeTo(recoded);
            case NOTICE_RESPONSE ->
                    new BackendMessage.NoticeResponse(ErrorFields.decode(frame)).writeTo(recoded);
            case ROW_DESCRIPTION ->
                    RowLayout.writeRowDescription(frame, 0, _ -> false, oid -> oid, recoded);
            case DATA_ROW -> row(frame, recoded);
            case COPY_OUT_RESPONSE -> {
                int _ = RowLayout.writeCopyOutResponse(frame, 0, recoded);
            }
            case COPY_DATA -> {
                int start = frame.start() + Frame.HEADER_BYTES;
                int end = frame.end();
                RowLayout.writeCopyData(frame.buffer(), start, end, end, end, recoded);
            }
            case BIND_COMPLETE,
                    CLOSE_COMPLETE,
                    COPY_DONE,
                    COPY_IN_RESPONSE,
                    COPY_BOTH_RESPONSE,
                    EMPTY_QUERY_RESPONSE,
                    FUNCTION_CALL_RESPONSE,
                    NEGOTIATE_PROTOCOL_VERSION,
                    NO_DATA,
                    NOTIFICATION_RESPONSE,
                    PARAMETER_DESCRIPTION,
                    PARSE_COMPLETE,
                    PORTAL_SUSPENDED ->
                    recoded.frame(frame);
        }
        compare(frame, recoded);
        out.all(recoded);
    }

    private static void authentication(Frame frame, MessageBuffer out) {
        switch (BackendMessage.decodeAuthentication(frame)) {
            case BackendMessage.AuthenticationOther _ -> out.frame(frame);
            case BackendMessage.Authentication message -> message.writeTo(out);
        }
    }

    private static void row(Frame frame, MessageBuffer out) {
        RowLayout row = RowLayout.ofDataRow(frame);
        for (int i = 0; i < row.count(); i++) {
            int _ = row.next();
        }
        row.requireEnd();
        RowLayout.writeDataRow(frame, row.count(), row.position(), out);
    }

    private void compare(Frame frame, MessageBuffer recoded) {
        boolean same =
                Arrays.equals(
                        frame.buffer(),
                        frame.start(),
                        frame.end(),
                        recoded.view().array(),
                        0,
                        recoded.size());
        if (!same) {
            differences.incrementAndGet();
            System.err.println("written differently: " + frame);
        }
    }
}

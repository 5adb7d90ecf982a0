package org.domicile.gateway.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.jspecify.annotations.Nullable;

/** Logging in to a store: from the startup message to the first ReadyForQuery. */
final class StoreLogin {
    private final String role;
    private final Map<String, String> settings;
    private final ScramClient scram;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private BackendMessage.@Nullable BackendKeyData key;
    private boolean storeProven;

    StoreLogin(String role, String password, Map<String, String> settings) {
        this.role = role;
        this.settings = settings;
        this.scram = new ScramClient(password);
    }

    Map<String, String> parameters() {
        return parameters;
    }

    BackendMessage.@Nullable BackendKeyData key() {
        return key;
    }

    void run(StoreConnection connection, String database) throws IOException, StoreException {
        Map<String, String> startup = new LinkedHashMap<>(settings);
        startup.put("user", role);
        startup.put("database", database);
        connection.send(new StartupPacket.StartupMessage(3, 0, startup));
        while (true) {
            Frame frame = connection.await(StoreConnection.CONNECT_TIMEOUT_MILLIS);
            if (frame == null) {
                throw new IOException("the store closed the connection");
            }
            BackendType type = BackendType.of(frame);
            if (type == BackendType.READY_FOR_QUERY) {
                return;
            }
            switch (type) {
                case AUTHENTICATION ->
                        authenticate(connection, BackendMessage.decodeAuthentication(frame));
                case PARAMETER_STATUS -> {
                    BackendMessage.ParameterStatus status =
                            BackendMessage.decodeParameterStatus(frame);
                    parameters.put(status.name(), status.value());
                }
                case BACKEND_KEY_DATA -> key = BackendMessage.decodeBackendKeyData(frame);
                case NOTICE_RESPONSE -> {}
                case ERROR_RESPONSE -> throw refused(ErrorFields.decode(frame));
                default ->
                        throw new WireException(
                                WireException.PROTOCOL_VIOLATION,
                                "the store sent an unexpected message while logging in");
            }
        }
    }

    private void authenticate(StoreConnection connection, BackendMessage.Authentication message)
            throws StoreException {
        try {
            switch (message) {
                case BackendMessage.AuthenticationSasl sasl -> {
                    if (!sasl.mechanisms().contains(ScramClient.MECHANISM)) {
                        throw notScram();
                    }
                    connection.send(
                            FrontendMessage.Password.ofSaslInitialResponse(
                                    ScramClient.MECHANISM, scram.clientFirst()));
                }
                case BackendMessage.AuthenticationSaslContinue next ->
                        connection.send(
                                new FrontendMessage.Password(
                                        scram.clientFinal(next.data())
                                                .getBytes(StandardCharsets.US_ASCII)));
                case BackendMessage.AuthenticationSaslFinal last ->
                        storeProven = scram.verifies(last.data());
                case BackendMessage.AuthenticationOk() -> {
                    // A store that lets a role in unproven lets others in too (or is not ours).
                    if (!storeProven) {
                        throw notScram();
                    }
                }
                case BackendMessage.AuthenticationOther other -> throw notScram();
            }
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    "08004", "the region store's SCRAM exchange is not valid", TELL_CUSTODIAN, e);
        }
    }

    private static final String TELL_CUSTODIAN = "Tell the jurisdiction's custodian.";

    private static StoreException notScram() {
        return new StoreException(
                "08004",
                "the region store does not authenticate with SCRAM-SHA-256",
                "The custodian must demand scram-sha-256 in the store's pg_hba.conf.",
                null);
    }

    private static StoreException refused(ErrorFields error) {
        String state = error.sqlState();
        return switch (state) {
            case "53300", "57P03" ->
                    new StoreException(
                            state,
                            "the region store takes no connection now",
                            "Try again in a moment.",
                            null);
            case "22023" ->
                    new StoreException(
                            state,
                            "the region store does not accept one of the session's settings",
                            "Check the values of TimeZone, DateStyle and the other settings you"
                                    + " connect with.",
                            null);
            default ->
                    new StoreException(
                            "08004",
                            "the region store did not let the gateway in (" + state + ")",
                            "The plan may have just changed: connect again. Otherwise the custodian"
                                    + " must check that the store's secret is the one the plan was"
                                    + " applied with.",
                            null);
        };
    }
}

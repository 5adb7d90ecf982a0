package org.domicile.gateway.transport;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of TLS 1.2 and 1.3, by the JDK: its certificate, and whose client certificates
 * it asks for. A client reaches it by an SSLRequest, or directly with the ALPN protocol {@code
 * postgresql}.
 */
public final class Tls {
    /** As registered with IANA for ALPN. */
    public static final String ALPN = "postgresql";

    /** A signature algorithm's name as Java has it: {@code SHA256withRSA}. */
    private static final Pattern HASH_OF_SIGNATURE = Pattern.compile("(SHA\\d+|MD5)WITH.*");

    private final SslContext context;
    private final byte @Nullable [] endPoint;
    private final boolean asksForCertificate;
    private final boolean required;

    private Tls(
            SslContext context,
            byte @Nullable [] endPoint,
            boolean asksForCertificate,
            boolean required) {
        this.context = context;
        this.endPoint = endPoint;
        this.asksForCertificate = asksForCertificate;
        this.required = required;
    }

    /**
     * Reads PEM files.
     *
     * @param certificate the gateway's, followed by those between it and its root
     * @param key PKCS#8, without a passphrase
     * @param clientAuthorities when not null, every client must show a certificate one of these
     *     signed
     * @param required whether clients without TLS are refused
     * @throws IOException saying which file is not usable
     */
    public static Tls read(
            Path certificate, Path key, @Nullable Path clientAuthorities, boolean required)
            throws IOException {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .applicationProtocolConfig(
                                    new ApplicationProtocolConfig(
                                            ApplicationProtocolConfig.Protocol.ALPN,
                                            ApplicationProtocolConfig.SelectorFailureBehavior
                                                    .FATAL_ALERT,
                                            ApplicationProtocolConfig
                                                    .SelectedListenerFailureBehavior.ACCEPT,
                                            ALPN));
            if (clientAuthorities != null) {
                builder.trustManager(clientAuthorities.toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            return new Tls(
                    builder.build(), endPoint(certificate), clientAuthorities != null, required);
        } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
            throw new IOException(
                    "the TLS certificate "
                            + certificate
                            + " or its key cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * What a client proves to have seen with SCRAM-SHA-256-PLUS: {@code tls-server-end-point}, RFC
     * 5929 section 4.1. Null for a certificate whose signature names no hash.
     */
    private static byte @Nullable [] endPoint(Path certificate)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(certificate)) {
            X509Certificate own =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            Matcher signature =
                    HASH_OF_SIGNATURE.matcher(own.getSigAlgName().toUpperCase(Locale.ROOT));
            if (!signature.matches()) {
                return null;
            }
            String hash = signature.group(1);
            boolean weak = hash.equals("MD5") || hash.equals("SHA1");
            String algorithm = weak ? "SHA-256" : "SHA-" + hash.substring("SHA".length());
            return MessageDigest.getInstance(algorithm).digest(own.getEncoded());
        }
    }

    SslContext context() {
        return context;
    }

    /** The channel binding {@code tls-server-end-point}, when the certificate has one. */
    public Optional<byte[]> endPoint() {
        return Optional.ofNullable(endPoint).map(byte[]::clone);
    }

    /** Whether clients are asked for a certificate, and so must have one. */
    public boolean asksForCertificate() {
        return asksForCertificate;
    }

    /** Whether clients without TLS are refused. */
    public boolean isRequired() {
        return required;
    }
}

package org.domicile.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Gives the driver the connection that is there already, where its thread has one: so the gateway
 * can be told before the first byte whose it will be. PostgreSQL's driver makes it by its name.
 */
public final class ReadySocket extends SocketFactory {
    static final ScopedValue<Socket> READY = ScopedValue.newInstance();

    /** Connected, or a new one, as for a request to cancel. */
    @Override
    public Socket createSocket() {
        return READY.isBound() ? READY.get() : new Socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw unused();
    }

    private static IOException unused() {
        return new IOException("the driver connects its sockets by itself");
    }
}

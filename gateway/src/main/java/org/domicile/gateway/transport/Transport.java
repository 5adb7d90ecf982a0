package org.domicile.gateway.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.FrontendType;

/**
 * Event loops, with the sockets they serve: epoll on Linux, Java's own selector elsewhere. A
 * connection belongs to one loop for life, and all that happens to it after login happens there.
 */
public final class Transport implements AutoCloseable {
    private static final int BACKLOG = 1024;

    /** Above the first, a peer that does not read is waited for; below the second no longer. */
    private static final WriteBufferWaterMark WRITE_BUFFER =
            new WriteBufferWaterMark(256 * 1024, 512 * 1024);

    private static final long END_MILLIS = 2_000;

    private final EventLoopGroup loops;
    private final Class<? extends ServerChannel> serverClass;
    private final Class<? extends SocketChannel> socketClass;

    static {
        // Its sampling costs on each buffer; tests switch it on with the property.
        if (System.getProperty("io.netty.leakDetection.level") == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    private Transport(int threads) {
        boolean epoll = Epoll.isAvailable();
        loops =
                new MultiThreadIoEventLoopGroup(
                        threads,
                        new DefaultThreadFactory("gateway-loop", true),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        serverClass = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        socketClass = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Starts {@code threads} event loops. */
    public static Transport start(int threads) {
        return new Transport(threads);
    }

    /**
     * Listens.
     *
     * @param accepted given each client's channel, on its loop; it must not block
     */
    public Listening listen(InetSocketAddress address, Consumer<WireChannel> accepted)
            throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(serverClass)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        accepted.accept(
                                                WireChannel.over(
                                                        channel, FrontendType::maxBodyBytes));
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address, bound.cause());
        }
        return new Listening(bound.channel());
    }

    /** A socket that takes connections until it is closed. */
    public static final class Listening implements AutoCloseable {
        private final Channel channel;

        private Listening(Channel channel) {
            this.channel = channel;
        }

        public InetSocketAddress address() {
            return (InetSocketAddress) channel.localAddress();
        }

        @Override
        public void close() {
            var _ = channel.close().awaitUninterruptibly();
        }
    }

    /** Connects to a store; waits for it, so never call it on a loop. */
    public WireChannel connect(InetSocketAddress address, int timeoutMillis) throws IOException {
        return connect(loops.next(), address, timeoutMillis);
    }

    /** Likewise, to be served by the loop that {@code neighbour} is served by. */
    public WireChannel connectBeside(
            WireChannel neighbour, InetSocketAddress address, int timeoutMillis)
            throws IOException {
        return connect(neighbour.loop(), address, timeoutMillis);
    }

    private WireChannel connect(EventLoop loop, InetSocketAddress address, int timeoutMillis)
            throws IOException {
        ChannelFuture connected =
                new Bootstrap()
                        .group(loop)
                        .channel(socketClass)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        var _ =
                                                WireChannel.over(
                                                        channel, BackendType::maxBodyBytes);
                                    }
                                })
                        .connect(address)
                        .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw new IOException("cannot connect to " + address, connected.cause());
        }
        return connected.channel().pipeline().get(WireChannel.class);
    }

    /** Closes what is still open, and ends the loops. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, END_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
